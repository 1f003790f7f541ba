// Waits for a ComfyUI that cannot be reached: one that restarts needs a minute, and a job need not fail meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
import { abortError } from '../../async/abort-error.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { EngineNews } from './engine-news.ts'

export interface Patience {
  /** From the first refusal on; 0 fails at once. */
  readonly waitMs: number
  readonly onNews: (news: EngineNews) => void
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5000
/** It answers, and does not let this program in: no waiting helps. */
const REFUSED: ReadonlySet<unknown> = new Set([401, 403, 407])

/** @throws AppError `engine_unreachable` after the time, `engine_start_failed`, or what the signal was aborted with */
export async function awaitBackend(
  backend: Backend,
  { waitMs, onNews }: Patience,
  signal: AbortSignal,
): Promise<ComfyApi> {
  const sinceMs = performance.now()
  for (let pauseMs = FIRST_PAUSE_MS, waits = 0; ; pauseMs *= 2, waits += 1) {
    try {
      const api = await backend.ready(signal)
      if (waits > 0) onNews({ type: 'engine.ready', afterMs: performance.now() - sinceMs })
      return api
    } catch (thrown) {
      const error = toAppError(thrown)
      if (signal.aborted || !mayComeBack(error) || waitMs === 0) throw thrown
      const leftMs = waitMs - (performance.now() - sinceMs)
      if (leftMs <= 0) throw waitedInVain(error, waitMs)
      if (waits === 0) onNews({ type: 'engine.waiting', detail: error.detail, waitMs })
      const pause = Math.min(pauseMs, LONGEST_PAUSE_MS, leftMs)
      await sleep(pause, undefined, { signal }).catch(() => {
        throw abortError(signal)
      })
    }
  }
}

function mayComeBack({ code, meta }: AppError): boolean {
  return code === 'engine_unreachable' && !REFUSED.has(meta.status)
}

function waitedInVain({ detail, code }: AppError, waitMs: number): AppError {
  const waited = `It was waited for ${Math.round(waitMs / 1000)} s (COMFYUI_WAIT).`
  return new AppError(code, `${detail} ${waited}`)
}
