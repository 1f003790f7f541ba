// Checks the bytes of a JSON body before it is parsed: depth, breadth and repeated members. JSON.parse accepts all of them, but
// depth exhausts a stack later, breadth exhausts memory (three bytes become an object of fifty), and readers disagree about
// repeated members (RFC 8259, section 4). The single pass skips strings, so megabytes of base64 cost almost nothing.

/** A request has four levels; the rest is for clients that wrap it. */
const MAX_DEPTH = 32
/** A request holds a few hundred values at most. */
const MAX_VALUES = 10_000
/** No member has a longer name; keeping longer ones would cost memory. */
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

/** Text that is not JSON may pass here; the parser rejects it. */
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
          if (names.has(name)) return { ok: false, reason: `The member "${name}" is repeated.` }
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

/** Index of the closing quote, or of the end. */
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

/** Unescaped, because `"a"` and `"\u0061"` are one name. */
function readName(text: Buffer, start: number, end: number): string | null {
  if (end - start > MAX_NAME_BYTES) return null
  const quoted = text.toString('utf8', start, end + 1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}
