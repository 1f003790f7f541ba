// The address of a ComfyUI and the headers that it needs. Credentials live in headers only, so that the URL can be shown and kept.
import { AppError } from '../../domain/errors.ts'

export interface ComfyAddress {
  /** http or https, without credentials, query and trailing slash; may have a path: `https://gpu.example/comfy`. */
  readonly url: string
  /** Sent with every request, e.g. `authorization`. */
  readonly headers: Readonly<Record<string, string>>
  /** Begins a sentence about it: `ComfyUI`, `The Comfy API`. */
  readonly title: string
}

/**
 * A user name and a password in the URL become a header: fetch() refuses such URLs, and they would be shown in messages.
 *
 * @throws AppError `config_invalid`
 */
export function parseComfyAddress(
  text: string,
  headers: Readonly<Record<string, string>> = {},
  title = 'ComfyUI',
): ComfyAddress {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError(
      'config_invalid',
      'COMFYUI_URL is not a complete http or https URL, such as http://127.0.0.1:8188.',
    )
  }
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    headers: { ...basicCredentials(url), ...headers },
    title,
  }
}

function basicCredentials({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}
