// Measures the speed of the preview engine relative to the one step it cannot avoid: ffmpeg encoding the same frames. The baseline
// reads the same frames, as the yuv420p that the engine pipes, from a file in the page cache, with the engine's own encoder
// options. Compared are CPU times, taken in turns within one run: machines are shared. `node bench/run.ts preview`
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RenderPlan } from '../src/domain/plan.ts'
import {
  frameStride,
  yuvByteLength,
  yuvPlanesIn,
} from '../src/engines/preview/picture/yuv-planes.ts'
import { createPreviewEngine } from '../src/engines/preview/preview-engine.ts'
import { allocateShared } from '../src/engines/preview/raster/frame-memory.ts'
import { FrameRenderer } from '../src/engines/preview/raster/frame-renderer.ts'
import { defaultWorkers } from '../src/engines/preview/render-frames.ts'
import { prepareScene } from '../src/engines/preview/scene.ts'
import { trackSpeech } from '../src/engines/preview/speech/track-speech.ts'
import { encoderArguments } from '../src/engines/preview/video-encoder.ts'
import { runTool } from '../src/media/run-tool.ts'
import { fileArgument } from '../src/media/tool-command.ts'
import { type CpuTime, cpuSince, cpuTime, median } from './cpu-time.ts'
import { type Bench, planClip, TIMEOUT_MS, toolsOfPath } from './preview-clip.ts'

const SIZES = [512, 720, 1072] as const
/** Short enough for the whole bench to end within 100 s beside other work. */
const CLIP_SECONDS = 16
const RUNS = 3

/** Times are CPU times in milliseconds, medians of the runs, unless their name says otherwise. */
export interface PreviewSpeed {
  readonly size: number
  readonly frames: number
  /** Drawing a frame, nothing else. Compare `drawRatio` between machines. */
  readonly drawMs: number
  /** ffmpeg alone, encoding the same frame. */
  readonly encodeMs: number
  /** A frame of a render after its set-up: drawing, handing over, and its ffmpeg. */
  readonly totalMs: number
  readonly drawRatio: number
  readonly totalRatio: number
  /** Until the first frame is drawn: analysing the picture, tracking the voice, starting threads. */
  readonly setUpMs: number
  /** The same by the clock: the two run side by side where there are two cores. The fastest run. */
  readonly setUpWallMs: number
  readonly framesPerSecond: number
}

export interface PreviewBench {
  readonly workers: number
  readonly ffmpeg: string
  readonly speeds: readonly PreviewSpeed[]
}

interface Timing {
  readonly setUp: CpuTime
  readonly setUpWallMs: number
  readonly render: CpuTime
  readonly renderWallMs: number
}

export async function benchPreview(signal: AbortSignal): Promise<PreviewBench> {
  const tools = await toolsOfPath()
  const folder = await mkdtemp(join(tmpdir(), 'bench-preview-'))
  const bench = { tools, folder, signal }
  try {
    const speeds: PreviewSpeed[] = []
    for (const size of SIZES) speeds.push(await measureSpeed(bench, size))
    return { workers: defaultWorkers(), ffmpeg: tools.ffmpeg.version, speeds }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureSpeed(bench: Bench, size: number): Promise<PreviewSpeed> {
  const plan = await planClip(bench, size, CLIP_SECONDS)
  const rawPath = join(bench.folder, `${size}.yuv`)
  const frames = plan.frames
  const draw: number[] = []
  const encode: number[] = []
  const timings: Timing[] = []
  for (let run = 0; run < RUNS; run++) {
    draw.push((await drawOnce(bench, plan, rawPath)) / frames)
    timings.push(await renderOnce(bench, plan))
    encode.push((await encodeOnce(bench, plan, rawPath)) / frames)
  }
  await rm(rawPath)
  const total = timings.map(({ render }) => (render.ownMs + render.childrenMs) / frames)
  const ratios = (values: readonly number[]): number =>
    median(values.map((value, run) => value / encode[run]!))
  return {
    size,
    frames,
    drawMs: median(draw),
    encodeMs: median(encode),
    totalMs: median(total),
    drawRatio: ratios(draw),
    totalRatio: ratios(total),
    setUpMs: median(timings.map(({ setUp }) => setUp.ownMs)),
    setUpWallMs: Math.min(...timings.map((timing) => timing.setUpWallMs)),
    framesPerSecond: (frames / median(timings.map((timing) => timing.renderWallMs))) * 1000,
  }
}

/** Draws the frames in this thread and keeps them in a file. @returns milliseconds of drawing */
async function drawOnce({ signal }: Bench, plan: RenderPlan, path: string): Promise<number> {
  const { frames, seed, expressiveness, size } = plan
  const { source } = await prepareScene({ ...plan, speakers: plan.voices }, signal)
  const { pcmPath } = plan.voices[0]!
  const track = await trackSpeech({ pcmPath, frames, seed, expressiveness, signal })
  const block = allocateShared(source.memory, frameStride(size))
  const picture = block.subarray(0, yuvByteLength(size))
  const planes = yuvPlanesIn(block, size)
  const renderer = new FrameRenderer(source)
  const file = await open(path, 'w')
  let ownMs = 0
  try {
    for (let frame = 0; frame < frames; frame++) {
      const start = cpuTime()
      renderer.render([track.at(frame)], planes)
      ownMs += cpuSince(start).ownMs
      await file.write(picture)
    }
  } finally {
    await file.close()
  }
  return ownMs
}

async function renderOnce({ tools, folder, signal }: Bench, plan: RenderPlan): Promise<Timing> {
  const workDir = join(folder, 'render')
  await mkdir(workDir)
  const start = cpuTime()
  const startedMs = performance.now()
  let setUp: CpuTime = start
  let begun: CpuTime = start
  let begunMs = startedMs
  await createPreviewEngine({ tools }).generate(plan, {
    workDir,
    signal,
    onProgress: ({ stage, done }) => {
      if (stage !== 'sampling' || done !== 1) return
      setUp = cpuSince(start)
      begun = cpuTime()
      begunMs = performance.now()
    },
  })
  const render = cpuSince(begun)
  const renderWallMs = performance.now() - begunMs
  await rm(workDir, { recursive: true })
  return { setUp, setUpWallMs: begunMs - startedMs, render, renderWallMs }
}

async function encodeOnce(bench: Bench, plan: RenderPlan, rawPath: string): Promise<number> {
  const { size, frames } = plan
  const path = join(bench.folder, 'baseline.mp4')
  const args = encoderArguments({ size, frames, path, comment: 'bench' })
  const fromFile = args.map((arg) => (arg === 'pipe:0' ? fileArgument(rawPath) : arg))
  const start = cpuTime()
  await runTool(bench.tools.ffmpeg, fromFile, { signal: bench.signal, timeoutMs: TIMEOUT_MS })
  const { childrenMs } = cpuSince(start)
  await rm(path)
  return childrenMs
}

export function previewTable({ speeds, workers, ffmpeg }: PreviewBench): string {
  const rows = speeds.map((speed) =>
    [
      `${speed.size}x${speed.size}`,
      speed.drawMs.toFixed(2),
      speed.encodeMs.toFixed(2),
      speed.totalMs.toFixed(2),
      speed.drawRatio.toFixed(2),
      speed.totalRatio.toFixed(2),
      speed.setUpMs.toFixed(0),
      speed.setUpWallMs.toFixed(0),
      speed.framesPerSecond.toFixed(0),
    ]
      .map((cell) => cell.padStart(12))
      .join(''),
  )
  const heads = [
    ...['size', 'draw ms', 'ffmpeg ms', 'total ms', 'draw ratio', 'total ratio'],
    ...['set-up CPU', 'set-up wall', 'frames/s'],
  ]
  return [
    `preview engine, ${CLIP_SECONDS} s clip, ${workers} worker(s), ffmpeg ${ffmpeg}; CPU ms a frame, ratios to ffmpeg alone`,
    heads.map((head) => head.padStart(12)).join(''),
    ...rows,
  ].join('\n')
}
