// Gives a job a backend, and another one when the machine fails it: what was finished is kept, so the job goes on where it was.
import type { RenderContext } from '../../app/ports/engine.ts'
import { type AppError, toAppError } from '../../domain/errors.ts'
import type { BackendPool, Seat } from './backend-pool.ts'

/** Each failure leaves a backend out for a while: a job that fails on so many is at fault itself. */
const MAX_SEATS = 5

const MACHINE_FAULTS: ReadonlySet<string> = new Set([
  'engine_crashed',
  'engine_unreachable',
  'engine_stalled',
  'engine_start_failed',
])

/** @throws AppError of the last backend, or what the signal was aborted with */
export async function withBackend<T>(
  pool: BackendPool,
  { remote, signal, jobId }: RenderContext,
  workflow: string,
  render: (seat: Seat) => Promise<T>,
): Promise<T> {
  const job = jobId === undefined ? {} : { jobId }
  for (let seats = 1; ; seats += 1) {
    const found = remote?.found ?? null
    const name = found?.engine === 'comfyui' ? found.backend : null
    const seat = await pool.take({ backend: name, workflow, ...job }, signal)
    try {
      const rendered = await render(seat)
      seat.giveBack(null)
      return rendered
    } catch (thrown) {
      const error = toAppError(thrown)
      const fault = !signal.aborted && isFaultOfMachine(error) ? error : null
      seat.giveBack(fault)
      if (fault === null || !seat.hasOther || seats === MAX_SEATS) throw thrown
    }
  }
}

/** A CUDA context that is lost fails every job until ComfyUI is started again. */
function isFaultOfMachine({ code, meta }: AppError): boolean {
  return MACHINE_FAULTS.has(code) || meta.poisoned === true
}
