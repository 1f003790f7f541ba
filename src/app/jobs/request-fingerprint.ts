// Hashes the meaning of a request, to compare the requests of one Idempotency-Key. The order of members and the names of uploads
// do not change the hash.
import { createHash } from 'node:crypto'
import type { GenerationSpec, Source } from '@infinitetalk/contract'
import type { FileId } from '../../domain/ids.ts'
import type { HubPorts } from '../hub-ports.ts'

/** Characters hashed between two turns of the event loop. */
const CHUNK_CHARS = 4 * 1024 * 1024

export async function requestFingerprint(
  spec: GenerationSpec,
  ports: Pick<HubPorts, 'files' | 'unitOfWork'>,
): Promise<string> {
  const visual = await meaningOf(spec.visual, ports)
  const voices = []
  for (const voice of spec.voices) {
    voices.push({ ...voice, source: await meaningOf(voice.source, ports) })
  }
  return createHash('sha256')
    .update(stableJson({ ...spec, visual, voices }))
    .digest('hex')
}

async function meaningOf(
  source: Source,
  { files, unitOfWork }: Pick<HubPorts, 'files' | 'unitOfWork'>,
): Promise<unknown> {
  if (source.kind === 'base64') return { kind: 'base64', text: await hashText(source.base64) }
  if (source.kind !== 'file') return source
  const file = await unitOfWork.read((tx) => files.get(tx, source.fileId as FileId))
  return { kind: 'file', content: file?.content?.sha256 ?? source.fileId }
}

async function hashText(text: string): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < text.length; at += CHUNK_CHARS) {
    hash.update(text.slice(at, at + CHUNK_CHARS), 'latin1')
    await new Promise((resume) => setImmediate(resume))
  }
  return hash.digest('hex')
}

/** JSON with the members of every object sorted. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}
