// Renders on one ComfyUI, and answers each lack of memory with the next remedy. Finished windows are kept, so only the window that
// ran out is rendered again. The render fails only at the end of the ladder.
import type { RenderContext } from '../../../app/ports/engine.ts'
import { pause } from '../../../async/pause.ts'
import { AppError, toAppError } from '../../../domain/errors.ts'
import type { MemoryStep } from '../../../domain/job.ts'
import type { Backend } from '../backend.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { crashed } from '../follow-render.ts'
import type { ReliefMemory } from './relief-memory.ts'
import { nextRemedy, type Relief, type Shortage } from './remedies.ts'

/** The report of a render that ran out of memory. */
export type RenderedShortage = Omit<Shortage, 'nodeType' | 'isOfHost' | 'mayFree' | 'canRestart'>

export interface RelievedRender<Rendered> {
  readonly backend: Backend
  /** Names the backend and the size. */
  readonly key: string
  readonly memory: ReliefMemory
  readonly context: RenderContext
  /** Remedies of previous attempts. */
  readonly steps: readonly MemoryStep[]
  /** ComfyUI unloads between two prompts: a pause, so that the next prompt does not come first. */
  readonly settleMs: number
  /** The window that is rendered, from 1; null: the whole video. */
  window(): number | null
  shortage(relief: Relief): RenderedShortage
  render(api: ComfyApi, relief: Relief, steps: readonly MemoryStep[]): Promise<Rendered>
}

const OUT_OF_MEMORY: ReadonlySet<string> = new Set(['gpu_out_of_memory', 'host_out_of_memory'])
/** Kills in a row until the memory of the machine is taken for the cause: one may be anybody's. */
const KILLS_OF_A_SHORTAGE = 2

/** @throws AppError of the render; out of memory with what was tried */
export async function withRelief<Rendered extends object>(
  first: ComfyApi,
  request: RelievedRender<Rendered>,
): Promise<Rendered & { readonly memorySteps?: readonly MemoryStep[] }> {
  const { backend, key, memory, context } = request
  const steps = [...request.steps]
  let relief = await memory.recall(key)
  let mayFree = true
  let api = await offloaded(backend, first, relief, context.signal)
  for (;;) {
    try {
      const video = await request.render(api, relief, steps)
      memory.forgetKills(key)
      return steps.length === 0 ? video : { ...video, memorySteps: steps }
    } catch (thrown) {
      const error = toAppError(thrown)
      if (context.signal.aborted) throw thrown
      const isKilled = wasKilled(error, request)
      if (!isKilled && !OUT_OF_MEMORY.has(error.code)) throw thrown
      // A process that was killed has left all its memory.
      const facts = { ...factsOf(error), mayFree: mayFree && !isKilled }
      const shortage = { ...request.shortage(relief), ...facts }
      const canRestart = backend.offload !== undefined
      const next = nextRemedy(relief, { ...shortage, canRestart })
      if (next === null) {
        await memory.forget(key)
        throw exhausted(error, steps)
      }
      const { remedy } = next
      const { windowFrames } = next.relief
      const shortened = remedy === 'shorter_windows' && windowFrames !== null
      const step = { remedy, window: request.window(), ...(shortened ? { windowFrames } : {}) }
      await context.onMemoryStep?.(step)
      steps.push(step)
      mayFree = false
      relief = next.relief
      // Remembered before it has shown that it helps: a restart of this program does not begin anew.
      if (remedy === 'free_memory') await free(api, request)
      else await memory.remember(key, relief)
      api = await readyAgain(backend, relief, context.signal)
    }
  }
}

function factsOf({ code, meta }: AppError): Pick<Shortage, 'nodeType' | 'isOfHost'> {
  const { node } = meta as { readonly node?: { readonly type: string } }
  return { nodeType: node?.type ?? '', isOfHost: code !== 'gpu_out_of_memory' }
}

/** Linux kills the process that takes too much memory, and tells nobody. */
function wasKilled(
  { code }: AppError,
  { backend, key, memory }: Pick<RelievedRender<object>, 'backend' | 'key' | 'memory'>,
): boolean {
  if (code !== 'engine_crashed' || backend.wasKilled?.() !== true) return false
  return memory.countKill(key) >= KILLS_OF_A_SHORTAGE
}

/** Best effort: the next remedy comes after it anyway. */
async function free(
  api: ComfyApi,
  { settleMs, context }: Pick<RelievedRender<object>, 'settleMs' | 'context'>,
): Promise<void> {
  await api.free(context.signal).catch(() => {})
  await pause(settleMs, context.signal)
}

/** A server that cannot be reached after it ran out of memory has crashed: the job is tried again. */
async function readyAgain(
  backend: Backend,
  { offload }: Relief,
  signal: AbortSignal,
): Promise<ComfyApi> {
  try {
    await backend.offload?.(offload)
    return await backend.ready(signal)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (signal.aborted || error.code !== 'engine_unreachable') throw thrown
    throw crashed(error.detail, backend, error)
  }
}

async function offloaded(
  backend: Backend,
  api: ComfyApi,
  { offload }: Relief,
  signal: AbortSignal,
): Promise<ComfyApi> {
  if (backend.offload === undefined || !(await backend.offload(offload))) return api
  return backend.ready(signal)
}

function exhausted(error: AppError, steps: readonly MemoryStep[]): AppError {
  const words = steps.map(({ remedy, windowFrames }) =>
    windowFrames === undefined ? remedy : `${remedy} (${windowFrames} frames)`,
  )
  if (words.length === 0) return error
  const { code, detail, meta } = error
  const tried = `Tried without success: ${words.join(', ')}. Set a smaller width and height.`
  return new AppError(code, `${detail} ${tried}`, { cause: error, meta })
}
