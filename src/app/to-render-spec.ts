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
  // All at once: a voice whose failure nobody awaits would end the process.
  const [visual, ...sources] = await Promise.all([
    toSource(input.visual),
    ...input.voices.map(({ source }) => toSource(source)),
  ])
  const voices = input.voices.map((voice, index) => ({ ...voice, source: sources[index]! }))
  return { ...input, visual, voices }
}
