// The hub that served this page. The API key is kept for this tab, or for this browser when told to, and is sent only in the header of a request.
import { createClient, type InfiniteTalkClient } from '@infinitetalk/client'
import { keepInBrowser, keepInTab, readInBrowser, readInTab } from './page-storage.ts'
import { problemOf } from './problem-of.ts'

const TOKEN_NAME = 'infinitetalk.token'

export interface HubConnection {
  readonly client: InfiniteTalkClient
  readonly hasKey: boolean
  /** A GET or POST for which the client has no method. @throws TypeError when there is no answer */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** As `fetch`, for an answer that is no problem. @throws InfiniteTalkError, TypeError */
  send(path: string, init?: RequestInit): Promise<Response>
  /** A URL of the hub, rewritten for this page: the hub may call itself by another name than the one in the address bar. */
  localUrl(url: string): string
}

/** @param onSignInNeeded called when the hub wants a key, or another one */
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
  const hubFetch: HubConnection['fetch'] = (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (token !== null) headers.set('authorization', `Bearer ${token}`)
    return watchedFetch(new URL(`.${path}`, base).href, { ...init, headers })
  }
  return {
    client: createClient({
      baseUrl: base.href,
      token: token ?? undefined,
      fetch: watchedFetch,
      maxRetries: 2,
    }),
    hasKey: token !== null,
    fetch: hubFetch,
    async send(path, init) {
      const response = await hubFetch(path, init)
      if (!response.ok) throw await problemOf(response)
      return response
    },
    localUrl,
  }
}

export function readToken(): string | null {
  const token = readInTab(TOKEN_NAME) ?? readInBrowser(TOKEN_NAME)
  return token !== null && canBeToken(token) ? token : null
}

/** @param token null deletes it everywhere */
export function keepToken(token: string | null, remember: boolean): void {
  keepInTab(TOKEN_NAME, remember ? null : token)
  keepInBrowser(TOKEN_NAME, remember ? token : null)
}

/** Whether a header can carry it. No hub knows a key that it cannot. */
export function canBeToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
