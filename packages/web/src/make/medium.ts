// A picture, a video or a voice that was chosen: bytes that are here, or what the hub can get without them.

/** How a request names what need not be sent. */
export type MediumSource = { readonly file_id: string } | { readonly url: string }

export interface Medium {
  readonly name: string
  readonly type: string
  /** null: only the hub can get it. */
  readonly blob: Blob | null
  /** null: the bytes must be sent first. */
  readonly source: MediumSource | null
  /** A small copy to look at where the bytes are not here. */
  readonly still: string | null
}

export function mediumOf(file: Blob): Medium {
  const name = file instanceof File && file.name !== '' ? file.name : 'Pasted'
  return { name, type: file.type, blob: file, source: null, still: null }
}

/** Of one whose bytes are not here. */
export function sayWhere({ source }: Medium): string {
  return source !== null && 'url' in source
    ? 'The hub fetches it from its address when it makes the video.'
    : 'This one is on the hub already.'
}

const PICTURE_NAME = /\.(png|jpe?g|webp|gif|bmp|tiff?|avif|hei[cf])$/i
const VIDEO_NAME = /\.(mp4|m4v|mov|webm|mkv|avi)$/i
const SOUND_NAME = /\.(wav|mp3|m4a|aac|flac|ogg|oga|opus|wma|aiff?|amr|weba)$/i

/** By its type, or its name where the browser knows no type. What counts in the end is the content, which the hub looks at. */
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
