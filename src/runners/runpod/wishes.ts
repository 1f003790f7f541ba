// The delivery that a job asks for: in the answer, on the network volume, or to a link of its own. These members are for us; the
// rest is the request, which goes to the hub unchanged.
import { AppError } from '../../domain/errors.ts'

export type Destination =
  | { readonly kind: 'answer' }
  | { readonly kind: 'volume' }
  /** A signed link to which the video is PUT. */
  | { readonly kind: 'upload'; readonly url: string }

export interface Wishes {
  readonly request: unknown
  readonly destination: Destination
}

/** @throws AppError `invalid_request` */
export function readWishes(input: unknown): Wishes {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AppError('invalid_request', 'The "input" of the job must be an object.')
  }
  const { network_volume, upload_url, ...request } = input as Record<string, unknown>
  if (upload_url !== undefined && upload_url !== null) {
    if (typeof upload_url === 'string') {
      return { request, destination: { kind: 'upload', url: upload_url } }
    }
    throw new AppError('invalid_request', '"upload_url" must be a link.', {
      pointer: '/upload_url',
    })
  }
  return { request, destination: { kind: network_volume === true ? 'volume' : 'answer' } }
}
