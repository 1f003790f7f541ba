// A render on the backend that was chosen for it, and what all ways to render there have in common.
import { DEFAULT_WINDOWING } from '@infinitetalk/arithmetic'
import type { RenderContext } from '../../app/ports/engine.ts'
import type { LostRender } from '../../domain/job.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { Template } from '../../workflow/template.ts'
import type { Backend } from './backend.ts'
import type { ComfyApi } from './comfy-api.ts'
import { isConnectionLost } from './comfy-request.ts'
import type { ComfyuiEngineOptions } from './engine-options.ts'
import { crashed } from './follow-render.ts'
import type { FollowTimes } from './follow-times.ts'
import type { ReliefMemory } from './memory/relief-memory.ts'
import type { SamplingParameters } from './sampling-parameters.ts'

export interface Rendering {
  readonly backend: Backend
  readonly lost: readonly LostRender[]
  readonly times: FollowTimes
  readonly plan: RenderPlan
  readonly context: RenderContext
  readonly api: ComfyApi
  readonly template: Template
  readonly options: ComfyuiEngineOptions
  readonly checked: WeakMap<ComfyApi, Set<string>>
  readonly relief: ReliefMemory
}

/** The comment of the file. */
export const COMMENT =
  'AI-generated: lip-sync video made with infinitetalk-hub (InfiniteTalk through ComfyUI)'

/** The members of withRelief() that every render has. */
export function relieved(rendering: Rendering) {
  const { plan, context, backend, template, times, relief } = rendering
  const { width, height } = plan.size
  return {
    ...{ backend, context, memory: relief },
    key: `${backend.name} ${template.name} ${width}x${height}`,
    steps: context.remote?.found?.memorySteps ?? [],
    settleMs: times.pollFirstMs,
  }
}

/** A server that answered and cannot be reached any more has crashed: the render is tried again once it is back. */
export async function orCrash<T>(backend: Backend, render: () => Promise<T>): Promise<T> {
  try {
    return await render()
  } catch (thrown) {
    if (!isConnectionLost(thrown)) throw thrown
    throw crashed(thrown.detail, backend, thrown)
  }
}

/** 0 when it is not known. Only the watch for stalls is set by it. */
export function expectedWindowMs(
  { windows, stepsPerWindow }: Pick<SamplingParameters, 'windows' | 'stepsPerWindow'>,
  { learntSecondsPerUnit }: RenderContext,
): number {
  const units = (stepsPerWindow * windows.windowFrames) / DEFAULT_WINDOWING.windowFrames
  return (learntSecondsPerUnit ?? 0) * units * 1000
}

/** A server says what it has in megabytes and seconds: once for each workflow. Later ComfyUI's own checks say the same. */
export async function checkOnce(
  { name }: Template,
  api: ComfyApi,
  checked: WeakMap<ComfyApi, Set<string>>,
  check: () => Promise<void>,
): Promise<void> {
  const names = checked.get(api) ?? new Set()
  if (names.has(name)) return
  await check()
  checked.set(api, names.add(name))
}
