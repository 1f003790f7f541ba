// The steps of a render, the same for every engine: stage the inputs, plan, run the engine, finish the file.

import { FPS } from '@infinitetalk/arithmetic'
import type { Cue, GenerationSpec } from '@infinitetalk/contract'
import { checkCapabilities, checkPlanFits } from '../domain/capabilities.ts'
import { planRender, type StagedInputs } from '../domain/generation.ts'
import type { MemoryStep, WindowCount } from '../domain/job.ts'
import type { Limits } from '../domain/limits.ts'
import { type RenderPlan, type StagedVoice, soundPathsOf } from '../domain/plan.ts'
import { refuseTooLong } from '../domain/refuse-too-long.ts'
import { type SizedSpeed, speedAt } from '../domain/speed.ts'
import { warnOfSilence } from '../domain/warn-of-silence.ts'
import { chooseEngine, type EngineChoice } from './choose-engine.ts'
import type { Clock } from './ports/clock.ts'
import type { Engine, RenderContext } from './ports/engine.ts'
import type { Fetcher } from './ports/fetcher.ts'
import type { FinishedVideo, Media } from './ports/media.ts'
import { type StageSourceRequest, stageSource } from './stage-source.ts'
import { stageVisual } from './stage-visual.ts'

export interface GenerateContext extends Omit<RenderContext, 'learntSecondsPerUnit'> {
  /** Speeds of the engine measured on this hub; absent without a hub. */
  readonly measuredSpeeds?: readonly SizedSpeed[]
}

export interface GenerateVideoPorts extends EngineChoice {
  readonly media: Media
  readonly fetcher: Fetcher
  readonly limits: Limits
  readonly clock: Clock
  readonly temporaryFolder: string
  /** A random whole number, 0..2^32-1. */
  newSeed(): number
}

export interface GeneratedVideo extends FinishedVideo {
  readonly engine: string
  readonly seed: number
  /** Only for a render in steps. */
  readonly windows?: WindowCount
  readonly memorySteps?: readonly MemoryStep[]
  readonly backend?: string
  readonly warnings: readonly string[]
}

/** The video is in the work folder; the caller moves it. @throws AppError */
export async function generateVideo(
  spec: GenerationSpec,
  context: GenerateContext,
  ports: GenerateVideoPorts,
): Promise<GeneratedVideo> {
  const engine = await chooseEngine(spec.engine, ports)
  const notes = checkCapabilities(spec, engine.name, engine.capabilities)
  const plan = await stageAndPlan(spec, context, ports)
  checkPlanFits(plan, engine.name, engine.capabilities)
  const speeds = context.measuredSpeeds ?? []
  // A render that an earlier attempt began is followed to its end.
  if ((context.remote?.found ?? null) === null) checkTime(spec, plan, engine, speeds, ports.limits)
  context.signal.throwIfAborted()
  const learntSecondsPerUnit = speedAt(plan.size, speeds)?.secondsPerUnit ?? null
  const rendered = await engine.generate(plan, { ...context, learntSecondsPerUnit })
  const cues = burnedCues(spec)
  context.onProgress({ stage: 'saving', done: 0, total: 1 })
  const finished = await ports.media.finish(
    {
      videoPath: rendered.path,
      audioPaths: soundPathsOf(plan),
      seconds: plan.seconds,
      frames: plan.frames,
      fps: FPS,
      comment: rendered.comment,
      ...(cues === undefined ? {} : { captions: cues }),
    },
    context,
  )
  context.onProgress({ stage: 'saving', done: 1, total: 1 })
  return {
    ...finished,
    engine: engine.name,
    seed: plan.seed,
    ...(rendered.windows === undefined ? {} : { windows: rendered.windows }),
    ...(rendered.memorySteps === undefined ? {} : { memorySteps: rendered.memorySteps }),
    ...(rendered.backend === undefined ? {} : { backend: rendered.backend }),
    // A hub that rendered for this one reports some of them too.
    warnings: [...new Set([...notes, ...warnOfSilence(heardVoices(plan)), ...rendered.warnings])],
  }
}

/** @throws AppError `engine_unsupported` */
function checkTime(
  spec: GenerationSpec,
  { frames, size }: RenderPlan,
  engine: Engine,
  speeds: readonly SizedSpeed[],
  { jobTimeoutMs }: Limits,
): void {
  // A custom workflow may do anything.
  if (!engine.isPredictable || spec.workflow !== null) return
  refuseTooLong({ frames, size, sampling: engine.samplingOf(spec), speeds }, jobTimeoutMs)
}

async function stageAndPlan(
  spec: GenerationSpec,
  context: GenerateContext,
  { limits, media, fetcher, newSeed }: GenerateVideoPorts,
): Promise<RenderPlan> {
  const visualPath = await stageSource(visualOf(spec, limits), context, fetcher)
  const voicePaths: string[] = []
  for (const [index, { source }] of spec.voices.entries()) {
    const pointer = spec.voices.length > 1 ? `/audio/${index}` : '/audio'
    const voice = { source, pointer, maxBytes: limits.audioMaxBytes }
    voicePaths.push(await stageSource(voice, context, fetcher))
  }
  const total = 1 + voicePaths.length
  context.onProgress({ stage: 'checking_inputs', done: 0, total })
  const visual = await stageVisual(spec, visualPath, context, media)
  const voices: StagedVoice[] = []
  for (const path of voicePaths) {
    context.onProgress({ stage: 'checking_inputs', done: 1 + voices.length, total })
    voices.push(await media.stageVoice(path, context))
  }
  const cues = burnedCues(spec)
  if (cues !== undefined) await media.checkCaptions(cues, context)
  return planRender(
    spec,
    { visual, ...(await separateVoices(spec, voices, context, media)) },
    limits,
    spec.seed ?? context.remote?.found?.seed ?? newSeed(),
  )
}

/** In a dialogue one may be silent throughout. */
function heardVoices({ voices, soundPaths }: RenderPlan): readonly StagedVoice[] {
  if (soundPaths === undefined) return voices
  return voices.some(({ hasSpeech }) => hasSpeech) ? [] : voices.slice(0, 1)
}

/** A dialogue becomes a track for each person. */
async function separateVoices(
  { dialogue }: GenerationSpec,
  voices: readonly StagedVoice[],
  context: GenerateContext,
  media: Media,
): Promise<Pick<StagedInputs, 'voices' | 'soundPaths'>> {
  const [whole] = voices
  if (dialogue === undefined || whole === undefined) return { voices }
  const tracks = await media.cutDialogue(whole, dialogue.turns, context)
  return { voices: tracks, soundPaths: [whole.path] }
}

/** undefined when none are asked for. */
function burnedCues({ captions, script }: GenerationSpec): readonly Cue[] | undefined {
  return captions === 'burn' ? (script?.spoken?.cues ?? []) : undefined
}

function visualOf({ inputType, visual }: GenerationSpec, limits: Limits): StageSourceRequest {
  const maxBytes = inputType === 'video' ? limits.videoMaxBytes : limits.imageMaxBytes
  return { source: visual, pointer: `/${inputType}`, maxBytes }
}
