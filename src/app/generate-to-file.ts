// `infinitetalk generate`: makes one video file on this machine's disk from one request, and leaves no files when it fails.
import { join } from 'node:path'
import type { GenerationSpec, Source } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import { type GenerateVideoPorts, generateVideo } from './generate-video.ts'
import { checkOutputFile, type OutputFile, publishFile } from './output-file.ts'
import type { RenderProgress } from './ports/engine.ts'
import type { FinishedVideo } from './ports/media.ts'
import { ProgressMeter, type ProgressReport, TICK_MS } from './progress-meter.ts'
import { spoolInput } from './spool-input.ts'
import { withWorkFolder } from './work-folder.ts'

/** The meaning of the path `-`. */
export const STANDARD_INPUT = '-'

export interface GenerateToFile {
  readonly spec: GenerationSpec
  readonly output: OutputFile
  /** The file of a still of the video; null for none. */
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
  const ticking = setInterval(() => meter.tick(), TICK_MS)
  const deadline = AbortSignal.timeout(ports.limits.jobTimeoutMs)
  const signal = AbortSignal.any([request.signal, deadline])
  try {
    return await withWorkFolder({ workFolder: ports.temporaryFolder }, async (workDir) => {
      const spec = await spoolStandardInput(request, workDir, signal, ports.limits)
      const onProgress = (progress: RenderProgress): void => meter.report(progress)
      const video = await generateVideo(spec, { workDir, signal, onProgress }, ports)
      signal.throwIfAborted()
      await publishFile(video.path, request.output)
      if (request.poster !== null) await publishFile(video.posterPath, request.poster)
      return { ...video, path: request.output.path, posterPath: request.poster?.path ?? null }
    })
  } catch (error) {
    if (request.signal.aborted || !deadline.aborted) throw error
    const seconds = ports.limits.jobTimeoutMs / 1000
    throw new AppError('job_timeout', `The render did not end within ${seconds} s.`, {
      cause: error,
    })
  } finally {
    clearInterval(ticking)
  }
}

/** A stream can be read only once, so it is written to a file first. */
async function spoolStandardInput(
  { spec, standardInput }: GenerateToFile,
  workDir: string,
  signal: AbortSignal,
  limits: Limits,
): Promise<GenerationSpec> {
  const spool = async (name: string, maxBytes: number) => {
    const path = join(workDir, name)
    await spoolInput(standardInput, path, maxBytes, signal)
    return { kind: 'path', path } as const
  }
  if (isStandardInput(spec.visual)) {
    const maxBytes = spec.inputType === 'video' ? limits.videoMaxBytes : limits.imageMaxBytes
    return { ...spec, visual: await spool(`stdin-${spec.inputType}`, maxBytes) }
  }
  const [voice, ...others] = spec.voices
  if (voice !== undefined && isStandardInput(voice.source)) {
    const source = await spool('stdin-audio', limits.audioMaxBytes)
    return { ...spec, voices: [{ ...voice, source }, ...others] }
  }
  return spec
}

function isStandardInput(source: Source): boolean {
  return source.kind === 'path' && source.path === STANDARD_INPUT
}
