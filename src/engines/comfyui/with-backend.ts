// Gives a job a backend, and another one when the machine fails. Finished windows are kept, so the job resumes where it was. When the
// job itself may be at fault, a second machine decides.
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
  'engine_busy',
  'engine_credits_spent',
  'engine_deployment_not_ready',
  'engine_deployment_stopped',
  'engine_job_expired',
])

/** A broken model file, a package that is missing: every job fails there, and none elsewhere. Or the request is one that no machine can do. */
const DOUBTFUL_FAULTS: ReadonlySet<string> = new Set([
  'engine_failed',
  'engine_dependency_missing',
  'node_missing',
  'model_missing',
  'output_missing',
  'output_invalid',
])

/** @throws AppError of the last backend, or what the signal was aborted with */
export async function withBackend<T>(
  pool: BackendPool,
  { remote, signal, jobId }: RenderContext,
  workflow: string,
  render: (seat: Seat) => Promise<T>,
): Promise<T> {
  const job = jobId === undefined ? {} : { jobId }
  /** Left out meanwhile: the next job must not fail there too. */
  let suspect: Seat | null = null
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
      const isDoubtful: boolean = !signal.aborted && isDoubtfulFault(error)
      if (isDoubtful && suspect !== null) {
        suspect.pardon()
        seat.giveBack(null)
        throw thrown
      }
      const isFault = isDoubtful ? seat.hasOther : !signal.aborted && isFaultOfMachine(error)
      seat.giveBack(isFault ? error : null)
      if (!isFault || !seat.hasOther || seats === MAX_SEATS) throw thrown
      if (isDoubtful) suspect = seat
    }
  }
}

/** A CUDA context that is lost fails every job until ComfyUI is started again. */
function isFaultOfMachine({ code, meta }: AppError): boolean {
  return MACHINE_FAULTS.has(code) || meta.poisoned === true
}

/** `disk_full` with a node is said by the machine of ComfyUI, not by this one. */
function isDoubtfulFault(error: AppError): boolean {
  if (isFaultOfMachine(error)) return false
  return (
    DOUBTFUL_FAULTS.has(error.code) || (error.code === 'disk_full' && error.meta.node !== undefined)
  )
}
