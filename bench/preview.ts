// Measures the speed of the preview engine relative to the one step it cannot avoid: ffmpeg encoding the same frames.
// The baseline reads the same frames, as the yuv420p that the engine pipes, from a file in the page cache, with the engine's own
// encoder options. Runs alternate, so that a busy machine slows both. `node bench/preview.ts [--json]`
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FPS } from '@infinitetalk/arithmetic'
import { DEFAULT_LIMITS } from '../src/domain/limits.ts'
import type { RenderPlan } from '../src/domain/plan.ts'
import { createPreviewEngine } from '../src/engines/preview/preview-engine.ts'
import { defaultWorkers, renderFrames } from '../src/engines/preview/render-frames.ts'
import { prepareScene } from '../src/engines/preview/scene.ts'
import { trackSpeech } from '../src/engines/preview/speech/track-speech.ts'
import { encoderArguments } from '../src/engines/preview/video-encoder.ts'
import { createMedia } from '../src/media/create-media.ts'
import { findTools } from '../src/media/find-tools.ts'
import { runTool } from '../src/media/run-tool.ts'
import type { Tools } from '../src/media/tool.ts'
import { fileArgument } from '../src/media/tool-command.ts'
import { samplePlan } from '../test/support/sample-plan.ts'

const IMAGE = join(import.meta.dirname, '../examples/portrait.png')
const VOICE = join(import.meta.dirname, '../examples/speech.wav')
const SIZES = [512, 720, 1072] as const
const CLIP_SECONDS = 60
const LONG_SECONDS = 600
const LONG_SIZE = 512
const RUNS = 3
const TIMEOUT_MS = 600_000

export interface PreviewSpeed {
  readonly size: number
  readonly frames: number
  /** Until the first frame is drawn: analysing the picture, tracking the voice, starting threads. Median, like all times. */
  readonly setUpMs: number
  /** The time after the set-up: drawing, encoding and writing frames. */
  readonly renderMs: number
  /** ffmpeg alone, encoding the same frames. */
  readonly encodeMs: number
  readonly framesPerSecond: number
  /** renderMs / encodeMs; the target is at most 1.6. */
  readonly ratio: number
}

export interface PreviewBench {
  readonly workers: number
  readonly ffmpeg: string
  readonly speeds: readonly PreviewSpeed[]
  /** Peak memory of the process (without ffmpeg) while it rendered ten minutes at 512x512. */
  readonly longRunPeakMb: number
}

interface Bench {
  readonly tools: Tools
  readonly folder: string
  readonly signal: AbortSignal
}

interface Timing {
  readonly setUpMs: number
  readonly renderMs: number
  readonly peakMb: number
}

export async function benchPreview(signal: AbortSignal): Promise<PreviewBench> {
  const tools = await findTools({
    ffmpegPath: null,
    ffprobePath: null,
    searchPath: process.env.PATH ?? '',
  })
  const folder = await mkdtemp(join(tmpdir(), 'bench-preview-'))
  const bench = { tools, folder, signal }
  try {
    // First, before other runs grow the process.
    const long = await renderOnce(bench, await planOf(bench, LONG_SIZE, LONG_SECONDS))
    const speeds: PreviewSpeed[] = []
    for (const size of SIZES) speeds.push(await measureSpeed(bench, size))
    const ffmpeg = tools.ffmpeg.version
    return { workers: defaultWorkers(), ffmpeg, speeds, longRunPeakMb: long.peakMb }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureSpeed(bench: Bench, size: number): Promise<PreviewSpeed> {
  const plan = await planOf(bench, size, CLIP_SECONDS)
  const rawPath = join(bench.folder, `${size}.yuv`)
  await writeFrames(bench, plan, rawPath)
  const timings: Timing[] = []
  const encodings: number[] = []
  for (let run = 0; run < RUNS; run++) {
    timings.push(await renderOnce(bench, plan))
    encodings.push(await encodeOnce(bench, plan, rawPath))
  }
  await rm(rawPath)
  const renderMs = median(timings.map((timing) => timing.renderMs))
  const encodeMs = median(encodings)
  return {
    size,
    frames: plan.frames,
    setUpMs: median(timings.map((timing) => timing.setUpMs)),
    renderMs,
    encodeMs,
    framesPerSecond: (plan.frames / renderMs) * 1000,
    ratio: renderMs / encodeMs,
  }
}

async function planOf(bench: Bench, size: number, seconds: number): Promise<RenderPlan> {
  const { tools, folder, signal } = bench
  const workDir = await mkdtemp(join(folder, 'inputs-'))
  const voicePath = join(workDir, 'voice.wav')
  await runTool(
    tools.ffmpeg,
    [
      '-stream_loop',
      '-1',
      '-i',
      fileArgument(VOICE),
      '-t',
      String(seconds),
      fileArgument(voicePath),
    ],
    { signal, timeoutMs: TIMEOUT_MS },
  )
  const media = createMedia({ tools, limits: DEFAULT_LIMITS })
  const voice = await media.stageVoice(voicePath, { workDir, signal })
  const image = await media.stageImage(IMAGE, { workDir, signal })
  return samplePlan(image, voice, { width: size, height: size, fit: 'crop' })
}

async function renderOnce({ tools, folder, signal }: Bench, plan: RenderPlan): Promise<Timing> {
  const workDir = join(folder, 'render')
  await mkdir(workDir)
  const start = performance.now()
  let firstFrame = start
  let peakBytes = 0
  await createPreviewEngine({ tools }).generate(plan, {
    workDir,
    signal,
    onProgress: ({ stage, done }) => {
      if (stage === 'sampling' && done === 1) firstFrame = performance.now()
      if (done % FPS === 0) peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
    },
  })
  const end = performance.now()
  await rm(workDir, { recursive: true })
  return { setUpMs: firstFrame - start, renderMs: end - firstFrame, peakMb: peakBytes / 1e6 }
}

async function writeFrames({ signal }: Bench, plan: RenderPlan, path: string): Promise<void> {
  const { frames, seed, expressiveness } = plan
  const { source } = await prepareScene({ ...plan, speakers: plan.voices }, signal)
  const { pcmPath } = plan.voices[0]!
  const track = await trackSpeech({ pcmPath, frames, seed, expressiveness, signal })
  const drawn = renderFrames({
    source,
    tracks: [track],
    caption: false,
    workers: defaultWorkers(),
    signal,
  })
  // Copied, because a stream keeps several chunks and a frame is valid only until the next one.
  const copies = Readable.from(drawn).map((frame: Uint8Array) => Buffer.from(frame))
  await pipeline(copies, createWriteStream(path))
}

async function encodeOnce(bench: Bench, plan: RenderPlan, rawPath: string): Promise<number> {
  const { size, frames } = plan
  const path = join(bench.folder, 'baseline.mp4')
  const args = encoderArguments({ size, frames, path, comment: 'bench' })
  const fromFile = args.map((arg) => (arg === 'pipe:0' ? fileArgument(rawPath) : arg))
  const start = performance.now()
  await runTool(bench.tools.ffmpeg, fromFile, { signal: bench.signal, timeoutMs: TIMEOUT_MS })
  const elapsedMs = performance.now() - start
  await rm(path)
  return elapsedMs
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

export function previewTable({ speeds, workers, ffmpeg, longRunPeakMb }: PreviewBench): string {
  const rows = speeds.map((speed) =>
    [
      `${speed.size}x${speed.size}`,
      speed.setUpMs.toFixed(0),
      speed.renderMs.toFixed(0),
      speed.encodeMs.toFixed(0),
      speed.ratio.toFixed(2),
      speed.framesPerSecond.toFixed(0),
    ]
      .map((cell) => cell.padStart(12))
      .join(''),
  )
  const heads = ['size', 'set-up ms', 'render ms', 'ffmpeg ms', 'ratio', 'frames/s']
  return [
    `preview engine, ${CLIP_SECONDS} s clip, ${workers} worker(s), ffmpeg ${ffmpeg}`,
    heads.map((head) => head.padStart(12)).join(''),
    ...rows,
    `memory for ${LONG_SECONDS} s of audio at ${LONG_SIZE}x${LONG_SIZE}: ${longRunPeakMb.toFixed(0)} MB`,
  ].join('\n')
}

if (import.meta.main) {
  const result = await benchPreview(new AbortController().signal)
  console.log(
    process.argv.includes('--json') ? JSON.stringify(result, null, 2) : previewTable(result),
  )
}
