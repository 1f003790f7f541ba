// {"video": "<base64>"} without the string ever existing: a video of 600 MB would be a string of 800 MB, which JavaScript does
// not have, in three or four copies. Chunks are encoded as they are read, and the length is known before the first.

const HEAD = '{"video": "'
const TAIL = '"}'
/** Three bytes become four characters. */
const GROUP = 3

export function base64JsonLength(bytes: number): number {
  return HEAD.length + Math.ceil(bytes / GROUP) * 4 + TAIL.length
}

export async function* base64Json(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(HEAD)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of content) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = whole.length - (whole.length % GROUP)
    if (end > 0) yield Buffer.from(whole.toString('base64', 0, end), 'latin1')
    // A copy: the chunk's memory is the stream's to use again.
    rest = Buffer.from(whole.subarray(end))
  }
  yield Buffer.from(rest.toString('base64') + TAIL, 'latin1')
}
