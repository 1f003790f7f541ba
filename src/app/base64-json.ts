// Streams {"video": "<base64>"}. A video of 600 MB would need a string of 800 MB, more than JavaScript allows, in three or four
// copies. Chunks are encoded as they are read, and the length is known before the first.
import { Readable } from 'node:stream'

/** The JSON around the base64. */
export interface JsonFrame {
  readonly head: string
  readonly tail: string
}

const VIDEO_ALONE: JsonFrame = { head: '{"video": "', tail: '"}' }
/** Three bytes become four characters. */
const GROUP = 3

export function base64JsonLength(bytes: number, { head, tail }: JsonFrame = VIDEO_ALONE): number {
  return Buffer.byteLength(head) + Math.ceil(bytes / GROUP) * 4 + Buffer.byteLength(tail)
}

/** Closes the content when the stream ends, even before any of the content was read. */
export function base64JsonStream(content: Readable, frame: JsonFrame = VIDEO_ALONE): Readable {
  const json = Readable.from(base64Json(content, frame), { objectMode: false })
  return json.once('close', () => content.destroy())
}

export async function* base64Json(
  content: AsyncIterable<Buffer>,
  { head, tail }: JsonFrame = VIDEO_ALONE,
): AsyncGenerator<Buffer> {
  yield Buffer.from(head)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of content) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = whole.length - (whole.length % GROUP)
    if (end > 0) yield Buffer.from(whole.toString('base64', 0, end), 'latin1')
    // Copied, because the stream reuses the memory of the chunk.
    rest = Buffer.from(whole.subarray(end))
  }
  yield Buffer.from(rest.toString('base64') + tail)
}
