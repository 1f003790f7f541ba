// `infinitetalk generate`: one request, one video file on this machine's disk, nothing left behind when it fails.
import { join } from 'node:path'
import type { GenerationSpec } from '@infinitetalk/contract'
import { type GenerateVideoPorts, generateVideo } from './generate-video.ts'
import { checkOutputFile, type OutputFile, publishFile } from './output-file.ts'
import type { FinishedVideo } from './ports/media.ts'
import { ProgressMeter, type ProgressReport } from './progress-meter.ts'
import { spoolInput } from './spool-input.ts'
import { withWorkFolder } from './work-folder.ts'

/** What a path of `-` stands for. */
export const STANDARD_INPUT = '-'

export interface GenerateToFile {
  readonly spec: GenerationSpec
  readonly output: OutputFile
  /** Where a still of the video goes too; null for none. */
  readonly poster: OutputFile | null
  /** Read when an input's path is `-`. */
  readonly standardInput: NodeJS.ReadableStream
  readonly signal: AbortSignal
  readonly onProgress: (report: ProgressReport) => void
}

export interface GeneratedFile extends Omit<FinishedVideo, 'path' | 'posterPath'> {
  readonly path: string
  readonly posterPath: string | null
  readonly engine: string
  readonly seed: number
  readonly warnings: readonly string[]
}

/** @throws AppError any code of the request, its inputs, the engine and the output */
export async function generateToFile(
  request: GenerateToFile,
  ports: GenerateVideoPorts,
): Promise<GeneratedFile> {
  await checkOutputFile(request.output)
  if (request.poster !== null) await checkOutputFile(request.poster)
  const meter = new ProgressMeter(ports.clock, request.onProgress)
  return withWorkFolder(ports.temporaryFolder, async (workDir) => {
    const spec = await spoolStandardInput(request, workDir, ports)
    const video = await generateVideo(
      spec,
      { workDir, signal: request.signal, onProgress: (progress) => meter.report(progress) },
      ports,
    )
    request.signal.throwIfAborted()
    await publishFile(video.path, request.output)
    if (request.poster !== null) await publishFile(video.posterPath, request.poster)
    return {
      ...video,
      path: request.output.path,
      posterPath: request.poster?.path ?? null,
    }
  })
}

/** A stream can be read once only, so it becomes a file before anything looks at it. */
async function spoolStandardInput(
  { spec, standardInput, signal }: GenerateToFile,
  workDir: string,
  { limits }: GenerateVideoPorts,
): Promise<GenerationSpec> {
  const spool = async (name: string, maxBytes: number) => {
    const path = join(workDir, name)
    await spoolInput(standardInput, path, maxBytes, signal)
    return { kind: 'path', path } as const
  }
  if (spec.image?.kind === 'path' && spec.image.path === STANDARD_INPUT) {
    return { ...spec, image: await spool('stdin-image', limits.imageMaxBytes) }
  }
  const [voice, ...others] = spec.audio
  if (voice?.source.kind === 'path' && voice.source.path === STANDARD_INPUT) {
    const source = await spool('stdin-audio', limits.audioMaxBytes)
    return { ...spec, audio: [{ ...voice, source }, ...others] }
  }
  return spec
}
