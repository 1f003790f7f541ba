// Checks by the few bytes that decide it whether a file is what its name says. Login pages, Git LFS pointers and truncated files
// are saved under the name of a model every day.
import { open } from 'node:fs/promises'

const HEAD_BYTES = 64
/** The limit of the format's own reference. */
const MAX_SAFETENSORS_HEADER_BYTES = 100_000_000
const GGUF_MAGIC = 'GGUF'

/** @returns one sentence about the fault, null when there is none */
export async function findFormatFault(path: string, name: string): Promise<string | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0)
    const stranger = recognise(head.toString('latin1', 0, bytesRead))
    if (stranger !== null) return `It is ${stranger} and not a model.`
    if (name.endsWith('.gguf')) return checkGguf(head)
    if (!name.endsWith('.safetensors')) return null
    if (size < 8) return 'It is too short for a safetensors file.'
    const headerBytes = Number(head.readBigUInt64LE(0))
    if (headerBytes > Math.min(MAX_SAFETENSORS_HEADER_BYTES, size - 8)) {
      return 'It does not begin with the header of a safetensors file, or it was cut off within it.'
    }
    const header = Buffer.alloc(headerBytes)
    await file.read(header, 0, headerBytes, 8)
    return checkSafetensors(header.toString('utf8'), size - 8 - headerBytes)
  } finally {
    await file.close()
  }
}

function recognise(head: string): string | null {
  if (/^\s*(<!doctype|<html|<\?xml|<head)/i.test(head)) return 'a web page'
  if (head.startsWith('version https://git-lfs')) return 'the pointer of Git LFS'
  if (/^\s*\{\s*"error/.test(head)) return 'an error message'
  return null
}

function checkGguf(head: Buffer): string | null {
  return head.toString('latin1', 0, GGUF_MAGIC.length) === GGUF_MAGIC
    ? null
    : 'It does not begin with "GGUF".'
}

function checkSafetensors(header: string, dataBytes: number): string | null {
  const end = lastOffset(header)
  if (end === null) return 'Its safetensors header cannot be read.'
  if (end === dataBytes) return null
  const by = Math.abs(end - dataBytes)
  return end > dataBytes
    ? `It was cut off: ${by} bytes are missing.`
    : `It has ${by} bytes more than its header says.`
}

function lastOffset(header: string): number | null {
  try {
    const tensors = JSON.parse(header) as Readonly<Record<string, { data_offsets?: number[] }>>
    const ends = Object.entries(tensors)
      .filter(([name]) => name !== '__metadata__')
      .map(([, { data_offsets }]) => data_offsets?.[1] ?? Number.NaN)
    const end = ends.reduce((most, one) => (one > most || Number.isNaN(one) ? one : most), 0)
    return Number.isSafeInteger(end) ? end : null
  } catch {
    return null
  }
}
