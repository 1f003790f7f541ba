// BLAKE3, the hash by which services of the Comfy API v2 name bytes: with it a picture that they have is not sent again. In plain
// JavaScript because Node has no BLAKE3. A picture or a minute of voice takes some tens of milliseconds.
const IV = Uint32Array.of(
  ...[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a],
  ...[0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
)
const ORDER = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8] as const
const ROUNDS = 7
const BLOCK_BYTES = 64
const CHUNK_BYTES = 1024
const [CHUNK_START, CHUNK_END, PARENT, ROOT] = [1, 2, 4, 8]

/** The arguments of the last compression of a node: the root of the tree runs it once more, with another flag. */
interface Node {
  readonly chain: Uint32Array
  readonly block: Uint32Array
  readonly counter: number
  readonly length: number
  readonly flags: number
}

/** Hexadecimal. */
export function blake3(bytes: Uint8Array): string {
  const root = nodeOf(bytes, 0)
  const words = compress({ ...root, flags: root.flags | ROOT })
  const digest = new DataView(new ArrayBuffer(32))
  for (const [index, word] of words.entries()) digest.setUint32(index * 4, word, true)
  return Buffer.from(digest.buffer).toString('hex')
}

/** @param firstChunk number of its first chunk in the whole */
function nodeOf(bytes: Uint8Array, firstChunk: number): Node {
  if (bytes.length <= CHUNK_BYTES) return chunkOf(bytes, firstChunk)
  // The left half is the largest full tree that leaves something for the right.
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES)
  const left = 2 ** Math.floor(Math.log2(chunks - 1))
  const block = new Uint32Array(16)
  block.set(compress(nodeOf(bytes.subarray(0, left * CHUNK_BYTES), firstChunk)), 0)
  block.set(compress(nodeOf(bytes.subarray(left * CHUNK_BYTES), firstChunk + left)), 8)
  return { chain: IV, block, counter: 0, length: BLOCK_BYTES, flags: PARENT }
}

function chunkOf(bytes: Uint8Array, counter: number): Node {
  let chain: Uint32Array = IV
  for (let from = 0; ; from += BLOCK_BYTES) {
    const part = bytes.subarray(from, from + BLOCK_BYTES)
    const isLast = from + BLOCK_BYTES >= bytes.length
    const flags = (from === 0 ? CHUNK_START : 0) | (isLast ? CHUNK_END : 0)
    const node = { chain, block: wordsOf(part), counter, length: part.length, flags }
    if (isLast) return node
    chain = compress(node)
  }
}

function wordsOf(part: Uint8Array): Uint32Array {
  const padded = new Uint8Array(BLOCK_BYTES)
  padded.set(part)
  const view = new DataView(padded.buffer)
  return Uint32Array.from({ length: 16 }, (_, index) => view.getUint32(index * 4, true))
}

/** The chaining value. */
function compress({ chain, block, counter, length, flags }: Node): Uint32Array {
  const state = new Uint32Array(16)
  state.set(chain)
  state.set(IV.subarray(0, 4), 8)
  state.set([counter, Math.floor(counter / 2 ** 32), length, flags], 12)
  let words = block
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let column = 0; column < 4; column += 1) {
      mix(state, [column, column + 4, column + 8, column + 12], words, column * 2)
    }
    for (let diagonal = 0; diagonal < 4; diagonal += 1) {
      const [b, c, d] = [
        ((diagonal + 1) % 4) + 4,
        ((diagonal + 2) % 4) + 8,
        ((diagonal + 3) % 4) + 12,
      ]
      mix(state, [diagonal, b, c, d], words, 8 + diagonal * 2)
    }
    const before = words
    words = Uint32Array.from(ORDER, (from) => before[from]!)
  }
  return Uint32Array.from({ length: 8 }, (_, index) => state[index]! ^ state[index + 8]!)
}

function mix(
  s: Uint32Array,
  [a, b, c, d]: readonly [number, number, number, number],
  words: Uint32Array,
  at: number,
): void {
  // A Uint32Array takes every sum modulo 2^32.
  s[a] = s[a]! + s[b]! + words[at]!
  s[d] = turn(s[d]! ^ s[a]!, 16)
  s[c] = s[c]! + s[d]!
  s[b] = turn(s[b]! ^ s[c]!, 12)
  s[a] = s[a]! + s[b]! + words[at + 1]!
  s[d] = turn(s[d]! ^ s[a]!, 8)
  s[c] = s[c]! + s[d]!
  s[b] = turn(s[b]! ^ s[c]!, 7)
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}
