// A chosen picture, video or voice: either its bytes are here, or the hub can get them by itself.

import { say } from '../language/say.ts'
/** The reference that a request uses instead of sent bytes. */
export type MediumSource = { readonly file_id: string } | { readonly url: string }

export interface Medium {
  readonly name: string
  readonly type: string
  /** null: only the hub can get it. */
  readonly blob: Blob | null
  /** null: the bytes must be sent first. */
  readonly source: MediumSource | null
  /** A small copy to show when the bytes are not here. */
  readonly still: string | null
}

export function mediumOf(file: Blob): Medium {
  const name = file instanceof File && file.name !== '' ? file.name : say('Pasted')
  return { name, type: file.type, blob: file, source: null, still: null }
}

/** The words for a medium whose bytes are not here. */
export function sayWhere({ source }: Medium): string {
  return source !== null && 'url' in source
    ? say('The hub downloads this file from its URL when it makes the video.')
    : say('The hub already has this file.')
}

const PICTURE_NAME = /\.(png|jpe?g|webp|gif|bmp|tiff?|avif|hei[cf])$/i
const VIDEO_NAME = /\.(mp4|m4v|mov|webm|mkv|avi)$/i
const SOUND_NAME = /\.(wav|mp3|m4a|aac|flac|ogg|oga|opus|wma|aiff?|amr|weba)$/i

/** The kind by MIME type, or by name if the browser knows no type. The hub decides in the end, by the content. */
export function kindOf({
  type,
  name,
}: {
  readonly type: string
  readonly name: string
}): 'image' | 'video' | 'audio' | null {
  const [family] = type.split('/')
  if (family === 'image' || family === 'video' || family === 'audio') return family
  if (PICTURE_NAME.test(name)) return 'image'
  if (SOUND_NAME.test(name)) return 'audio'
  return VIDEO_NAME.test(name) ? 'video' : null
}
