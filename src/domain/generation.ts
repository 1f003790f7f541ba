// Makes a plan from a request. A request is accepted, or rejected with all its problems; once the inputs are on this disk, everything
// is decided before an engine starts.

import { FPS, videoFrames } from '@infinitetalk/arithmetic'
import type {
  GenerationRequestResult,
  GenerationSpec,
  RequestProblem,
} from '@infinitetalk/contract'
import { checkTurns, speakersOf } from './dialogue.ts'
import { AppError } from './errors.ts'
import type { Limits } from './limits.ts'
import type { RenderPlan, SamplingChoices, StagedImage, StagedVideo, StagedVoice } from './plan.ts'
import { resolveSize } from './sizes.ts'

/** The detail names at most this many problems; `meta.errors` has all. */
const PROBLEMS_IN_DETAIL = 3

/** @throws AppError with the one code of all problems, or `invalid_request`; the list is in `meta.errors` */
export function acceptRequest(result: GenerationRequestResult): GenerationSpec {
  if (result.ok) return result.spec
  const { problems } = result
  const codes = new Set(problems.map(({ code }) => code))
  const [only] = codes
  const pointer = problems[0]?.pointer
  throw new AppError(
    only !== undefined && codes.size === 1 ? only : 'invalid_request',
    sayProblems(problems),
    { meta: { errors: problems }, ...(pointer === undefined ? {} : { pointer }) },
  )
}

function sayProblems(problems: readonly RequestProblem[]): string {
  const told = problems.slice(0, PROBLEMS_IN_DETAIL).map(({ message }) => message)
  const more = problems.length - told.length
  if (more > 0) told.push(`${more} more problem${more === 1 ? '' : 's'} found.`)
  return told.join(' ')
}

export interface StagedInputs {
  /** The portrait, or the video to lip-sync. */
  readonly visual:
    | { readonly kind: 'image'; readonly image: StagedImage }
    | { readonly kind: 'video'; readonly video: StagedVideo }
  /** In the order of the request; of a dialogue, the track of each person. */
  readonly voices: readonly StagedVoice[]
  /** The sound of a dialogue before it was cut. */
  readonly soundPaths?: readonly string[]
}

/**
 * The complete plan. `drawnSeed` is used when the request names no seed.
 *
 * @throws AppError `audio_too_short`, `audio_too_long`, `invalid_request`
 */
export function planRender(
  spec: GenerationSpec,
  { visual, voices, soundPaths }: StagedInputs,
  limits: Limits,
  drawnSeed: number,
): RenderPlan {
  const speakers = speakersOf(spec)
  for (const [index, voice] of voices.entries()) {
    checkLength(voice, spec.voices.length > 1 ? `/audio/${index}` : '/audio', limits)
  }
  const longest = Math.max(...voices.map(({ seconds }) => seconds))
  checkTurns(spec, longest)
  const seconds = spec.maxFrames === null ? longest : Math.min(longest, spec.maxFrames / FPS)
  const video = visual.kind === 'video' ? visual.video : null
  const image = visual.kind === 'video' ? visual.video.firstFrame : visual.image
  return {
    image,
    video,
    onShortVideo: spec.onShortVideo,
    voices: voices.map((voice, index) => {
      const { speaker, box } = speakers[index]!
      return { ...voice, speaker, box }
    }),
    ...(soundPaths === undefined ? {} : { soundPaths }),
    size: resolveSize(spec, video ?? image, limits),
    fit: spec.fit,
    seconds,
    frames: videoFrames(seconds),
    seed: spec.seed ?? drawnSeed,
    face: spec.face,
    label: spec.label,
    expressiveness: spec.expressiveness,
    sampling: samplingChoices(spec),
  }
}

function samplingChoices(spec: GenerationSpec): SamplingChoices {
  return {
    workflow: spec.workflow,
    preset: spec.preset,
    prompts: spec.prompts,
    negativePrompt: spec.negativePrompt,
    steps: spec.steps,
    cfg: spec.cfg,
    shift: spec.shift,
    scheduler: spec.scheduler,
    audioScale: spec.audioScale,
    audioCfgScale: spec.audioCfgScale,
    loras: spec.loras,
    blockSwap: spec.blockSwap,
    attention: spec.attention,
    motionFrames: spec.motionFrames,
    windowFrames: spec.windowFrames,
    equaliseWindows: spec.equaliseWindows,
    ...(spec.pieces === undefined ? {} : { pieces: spec.pieces }),
    colorMatch: spec.colorMatch,
    forceOffload: spec.forceOffload,
  }
}

function checkLength({ seconds }: StagedVoice, pointer: string, limits: Limits): void {
  const { audioMinSeconds, audioMaxSeconds } = limits
  if (seconds < audioMinSeconds) {
    const detail = `The audio is ${sayTenths(seconds, Math.floor)} s long; at least ${audioMinSeconds} s are needed.`
    throw new AppError('audio_too_short', detail, { pointer, meta: { seconds, audioMinSeconds } })
  }
  if (seconds > audioMaxSeconds) {
    const detail = `The audio is ${sayTenths(seconds, Math.ceil)} s long; at most ${audioMaxSeconds} s are allowed.`
    throw new AppError('audio_too_long', detail, { pointer, meta: { seconds, audioMaxSeconds } })
  }
}

/** Rounded away from the limit, so that a message never says "0.2 s; at least 0.2 s". */
function sayTenths(seconds: number, round: (tenths: number) => number): string {
  return (round(seconds * 10) / 10).toFixed(1)
}
