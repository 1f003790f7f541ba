// JSON with a video in base64, written as a stream: a video of 600 MB would be a string of 800 MB, more than JavaScript allows,
// in three or four copies. Chunks are encoded as they are read; the length is known before the first.
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'

/** The JSON before and after the base64. */
export interface JsonFrame {
  readonly head: string
  readonly tail: string
}

/** @param place puts the text that stands for the video into its place */
export function frameAround(place: (video: string) => unknown): JsonFrame {
  // Nobody can guess it, so it occurs nowhere else in the JSON; and JSON escapes none of its characters.
  const mark = randomUUID()
  const [head = '', tail = ''] = JSON.stringify(place(mark)).split(mark)
  return { head, tail }
}

const VIDEO_ALONE: JsonFrame = { head: '{"video": "', tail: '"}' }
/** Three bytes become four characters. */
const GROUP = 3

export function base64JsonLength(bytes: number, { head, tail }: JsonFrame = VIDEO_ALONE): number {
  return Buffer.byteLength(head) + Math.ceil(bytes / GROUP) * 4 + Buffer.byteLength(tail)
}

/** Destroying it also closes the content, even before the first read. */
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
    // A copy, because the stream reuses the memory of its chunks.
    rest = Buffer.from(whole.subarray(end))
  }
  yield Buffer.from(rest.toString('base64') + tail)
}
