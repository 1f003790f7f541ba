// A picture, a video or a voice that was chosen: bytes that are here, or a file that is on the hub already.

export interface Medium {
  readonly name: string
  readonly type: string
  /** null: only the hub has it. */
  readonly blob: Blob | null
  /** Known beforehand for what is on the hub already. */
  readonly fileId: string | null
  /** A small copy to look at where the bytes are not here. */
  readonly still: string | null
}

export function mediumOf(file: Blob): Medium {
  const name = file instanceof File && file.name !== '' ? file.name : 'Pasted'
  return { name, type: file.type, blob: file, fileId: null, still: null }
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
