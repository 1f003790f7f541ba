// A look at the bytes of a JSON body before it is parsed: how deep and how broad it is, and whether an object names a member
// twice. All of these pass JSON.parse: the first exhausts a stack later, the second the memory (three bytes become an object of
// fifty), and the third means different things to different readers (RFC 8259, 4). One pass that jumps over strings, so that hundreds of megabytes of base64 cost almost nothing.

/** A request is four levels deep; the rest is room for clients that wrap it. */
const MAX_DEPTH = 32
/** A request holds a few hundred values at most. */
const MAX_VALUES = 10_000
/** Longer names exist nowhere; comparing them would cost memory. */
const MAX_NAME_BYTES = 256

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d

export type JsonCheck = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Anything that is not JSON at all may pass: the parser finds it. */
export function checkJson(body: Uint8Array): JsonCheck {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  /** The names of each open object; null for a list. */
  const open: (Set<string> | null)[] = []
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case OPEN_OBJECT:
      case OPEN_LIST:
        open.push(text[at] === OPEN_OBJECT ? new Set() : null)
        values += 1
        if (open.length > MAX_DEPTH) {
          return { ok: false, reason: `It is more than ${MAX_DEPTH} levels deep.` }
        }
        break
      case COMMA:
        values += 1
        break
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop()
        break
      case QUOTE: {
        const end = endOfString(text, at + 1)
        const names = open.at(-1)
        if (names != null && isFollowedByColon(text, end + 1)) {
          const name = readName(text, at, end)
          if (name === null) return { ok: false, reason: 'The name of a member is too long.' }
          if (names.has(name)) return { ok: false, reason: `The member "${name}" is there twice.` }
          names.add(name)
        }
        at = end
      }
    }
    if (values > MAX_VALUES) {
      return { ok: false, reason: `It holds more than ${MAX_VALUES} values.` }
    }
  }
  return { ok: true }
}

/** The place of the closing quote, or of the end. */
function endOfString(text: Buffer, start: number): number {
  let end = text.indexOf(QUOTE, start)
  while (end >= 0 && isEscaped(text, end, start)) end = text.indexOf(QUOTE, end + 1)
  return end < 0 ? text.length : end
}

function isEscaped(text: Buffer, quote: number, start: number): boolean {
  let at = quote - 1
  while (at >= start && text[at] === BACKSLASH) at -= 1
  return (quote - 1 - at) % 2 === 1
}

function isFollowedByColon(text: Buffer, start: number): boolean {
  let at = start
  while (text[at] === 0x20 || text[at] === 0x09 || text[at] === 0x0a || text[at] === 0x0d) at += 1
  return text[at] === COLON
}

/** As it is meant: `"a"` and `"\u0061"` are one name. */
function readName(text: Buffer, start: number, end: number): string | null {
  if (end - start > MAX_NAME_BYTES) return null
  const quoted = text.toString('utf8', start, end + 1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}
