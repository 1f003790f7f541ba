// One preview: voice and picture are read side by side, frames are drawn in threads and encoded as they come.
import { join } from 'node:path'
import type { RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { Tools } from '../../media/tool.ts'
import { FrameStills } from './frame-stills.ts'
import { prepareSceneAside } from './prepare-scene-aside.ts'
import { defaultWorkers, FrameThreads, renderFrames } from './render-frames.ts'
import type { PoseTrack } from './speech/pose-track.ts'
import { trackSpeech } from './speech/track-speech.ts'
import { VideoEncoder } from './video-encoder.ts'

export interface PreviewEngineOptions {
  readonly tools: Tools
  /** Threads that draw; by default one less than the machine has cores. */
  readonly workers?: number | undefined
}

const COMMENT = 'AI-generated: lip-sync preview made with infinitetalk-hub (preview engine)'

export async function renderPreview(
  plan: RenderPlan,
  { signal, workDir, onProgress, onFrame }: RenderContext,
  { tools, workers = defaultWorkers() }: PreviewEngineOptions,
): Promise<RenderedVideo> {
  onProgress({ stage: 'analysing', done: 0, total: 0 })
  const { frames, size } = plan
  await using threads = new FrameThreads(Math.min(workers, frames), signal)
  const [scene, tracks] = await inParallel(signal, (both) => [
    prepareSceneAside({ ...plan, speakers: plan.voices }, both),
    trackVoices(plan, both),
  ])
  const path = join(workDir, 'preview.mp4')
  const { source, warnings } = scene
  await using encoder = new VideoEncoder({
    ffmpeg: tools.ffmpeg,
    size,
    frames,
    path,
    comment: COMMENT,
    signal,
  })
  const stills = new FrameStills(size, onFrame)
  const drawn = renderFrames({ source, tracks, caption: plan.label, threads, signal })
  let done = 0
  onProgress({ stage: 'sampling', done, total: frames })
  for await (const frame of drawn) {
    stills.offer(frame)
    await encoder.write(frame)
    onProgress({ stage: 'sampling', done: ++done, total: frames })
  }
  await encoder.end()
  await stills.end()
  return { path, frames, warnings, comment: COMMENT }
}

/** One after the other: the second speaker blinks and turns at other times than the first. */
async function trackVoices(
  { voices, frames, seed, expressiveness }: RenderPlan,
  signal: AbortSignal,
): Promise<[PoseTrack, ...PoseTrack[]]> {
  const track = (pcmPath: string, index: number): Promise<PoseTrack> =>
    trackSpeech({ pcmPath, frames, seed: seed + index, expressiveness, signal })
  const [first, second] = voices
  if (first === undefined) throw new AppError('engine_unsupported', 'Nobody speaks.')
  const tracks: [PoseTrack, ...PoseTrack[]] = [await track(first.pcmPath, 0)]
  if (second !== undefined) tracks.push(await track(second.pcmPath, 1))
  return tracks
}

/** Runs two works side by side; when one fails the other is stopped and waited for. */
async function inParallel<A, B>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => [Promise<A>, Promise<B>],
): Promise<[A, B]> {
  const stop = new AbortController()
  const works = start(AbortSignal.any([signal, stop.signal]))
  try {
    return await Promise.all(works)
  } catch (reason) {
    stop.abort(reason)
    await Promise.allSettled(works)
    throw reason
  }
}
