// Converts the input of a job to the spec of a render: its blobs become paths on this disk.
import type { GenerationSpec, Source } from '@infinitetalk/contract'
import type { JobInput, JobSource } from '../domain/job.ts'
import type { BlobStore } from './ports/blob-store.ts'

export async function toRenderSpec(
  input: JobInput,
  blobs: Pick<BlobStore, 'localPath'>,
): Promise<GenerationSpec> {
  const toSource = async (source: JobSource): Promise<Source> =>
    source.kind === 'url' ? source : { kind: 'path', path: await blobs.localPath(source.sha256) }
  const voices = input.voices.map(async (voice) => ({
    ...voice,
    source: await toSource(voice.source),
  }))
  return { ...input, visual: await toSource(input.visual), voices: await Promise.all(voices) }
}
