// `infinitetalk generate`: makes one video file on this machine's disk from one request, and leaves no files when it fails.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GenerationSpec, Source } from '@infinitetalk/contract'
import { CAPTION_FORMATS, type CaptionFormat, writeCaptions } from '../domain/captions.ts'
import { AppError } from '../domain/errors.ts'
import type { MemoryStep } from '../domain/job.ts'
import type { Limits } from '../domain/limits.ts'
import { type GenerateVideoPorts, generateVideo } from './generate-video.ts'
import { checkOutputFile, type OutputFile, publishFile } from './output-file.ts'
import type { RenderProgress } from './ports/engine.ts'
import type { FinishedVideo } from './ports/media.ts'
import { ProgressMeter, type ProgressReport, TICK_MS } from './progress-meter.ts'
import { type SpeakPorts, speakScript } from './speak-script.ts'
import { spoolInput } from './spool-input.ts'
import { withWorkFolder } from './work-folder.ts'

/** The meaning of the path `-`. */
export const STANDARD_INPUT = '-'

export interface GenerateToFile {
  readonly spec: GenerationSpec
  readonly output: OutputFile
  /** The file of a still of the video; null for none. */
  readonly poster: OutputFile | null
  /** The files of the captions; null for none. */
  readonly captions: CaptionFiles | null
  /** Read when an input's path is `-`. */
  readonly standardInput: NodeJS.ReadableStream
  readonly signal: AbortSignal
  readonly onProgress: (report: ProgressReport) => void
  readonly onMemoryStep: (step: MemoryStep) => Promise<void>
}

export type CaptionFiles = Readonly<Record<CaptionFormat, OutputFile>>

export type GenerateToFilePorts = GenerateVideoPorts & Pick<SpeakPorts, 'openSpeech'>

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
  ports: GenerateToFilePorts,
): Promise<GeneratedFile> {
  const { captions } = request
  for (const output of [request.output, request.poster, captions?.srt, captions?.vtt]) {
    if (output != null) await checkOutputFile(output)
  }
  const meter = new ProgressMeter(ports.clock, request.onProgress)
  const ticking = setInterval(() => meter.tick(), TICK_MS)
  const deadline = AbortSignal.timeout(ports.limits.jobTimeoutMs)
  const signal = AbortSignal.any([request.signal, deadline])
  try {
    return await withWorkFolder({ workFolder: ports.temporaryFolder }, async (workDir) => {
      const sent = await spoolStandardInput(request, workDir, signal, ports.limits)
      const spec = await speakText(sent, workDir, signal, ports)
      const onProgress = (progress: RenderProgress): void => meter.report(progress)
      const { onMemoryStep } = request
      const surroundings = { workDir, signal, onProgress, onMemoryStep }
      const video = await generateVideo(spec, surroundings, ports)
      signal.throwIfAborted()
      await publishFile(video.path, request.output)
      if (request.poster !== null) await publishFile(video.posterPath, request.poster)
      if (captions !== null) await publishCaptions(spec, captions, workDir)
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

async function speakText(
  spec: GenerationSpec,
  workDir: string,
  signal: AbortSignal,
  ports: GenerateToFilePorts,
): Promise<GenerationSpec> {
  if (spec.script === undefined) return spec
  return (await speakScript(spec, spec.script, { workDir, signal }, ports)).spec
}

async function publishCaptions(
  { script }: GenerationSpec,
  outputs: CaptionFiles,
  workDir: string,
): Promise<void> {
  for (const format of CAPTION_FORMATS) {
    const path = join(workDir, `captions.${format}`)
    await writeFile(path, writeCaptions(script?.spoken?.cues ?? [], format))
    await publishFile(path, outputs[format])
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
