// The hub this page came from. The API key is kept for this tab only, and goes nowhere but into the header of a request.
import { createClient, type InfiniteTalkClient } from '@infinitetalk/client'
import { keepInTab, readInTab } from './tab-storage.ts'

const TOKEN_NAME = 'infinitetalk.token'

export interface HubConnection {
  readonly client: InfiniteTalkClient
  /** A GET or POST of something the client has no method for. @throws TypeError when there is no answer */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** What the hub named, as this page reaches it: a hub may call itself by a name that is not the one in the address bar. */
  localUrl(url: string): string
}

/** @param onSignInNeeded the hub wants a key, or another one */
export function connectHub(token: string | null, onSignInNeeded: () => void): HubConnection {
  const base = new URL('.', window.location.href)
  const localUrl = (url: string): string => {
    const at = url.indexOf('/v1/')
    return at < 0 ? url : new URL(`.${url.slice(at)}`, base).href
  }
  const watchedFetch: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const response = await fetch(localUrl(url), init)
    if (response.status === 401) onSignInNeeded()
    return response
  }
  return {
    client: createClient({
      baseUrl: base.href,
      token: token ?? undefined,
      fetch: watchedFetch,
      maxRetries: 2,
    }),
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers)
      if (token !== null) headers.set('authorization', `Bearer ${token}`)
      return watchedFetch(new URL(`.${path}`, base).href, { ...init, headers })
    },
    localUrl,
  }
}

export function readToken(): string | null {
  const token = readInTab(TOKEN_NAME)
  return token !== null && canBeToken(token) ? token : null
}

export function keepToken(token: string | null): void {
  keepInTab(TOKEN_NAME, token)
}

/** Whether a header can carry it: anything else no hub knows. */
export function canBeToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
