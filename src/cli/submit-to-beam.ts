// `infinitetalk submit --beam`: submits a request to a queue on Beam; with --wait or --output it follows the task and downloads the
// video.
import { checkOutputFile } from '../app/output-file.ts'
import type { SubmitOptions, SubmittedTask } from '../app/ports/remote-queue.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { aboutCandidates, beamLocation, nextCommand, usesEndpoint } from './beam-options.ts'
import { withBeamRequest } from './beam-request.ts'
import { callBeam } from './call-beam.ts'
import { fetchTaskVideo } from './fetch-task-video.ts'
import { followTask, taskGoesOn } from './follow-task.ts'
import { DEFAULT_OUTPUT, outputOf } from './output-options.ts'
import { type SubmitInvocation, waitsForVideo } from './submit-options.ts'
import { createTaskDisplay } from './task-display.ts'
import { printJson, printLine, printWarning } from './terminal.ts'

/** @throws AppError */
export async function submitToBeam(invocation: SubmitInvocation): Promise<void> {
  const { options, terminal, services, signal } = invocation
  if (options.idempotencyKey !== undefined) {
    const detail =
      'Beam has no idempotency keys, so --idempotency-key cannot prevent a second render there.'
    throw new AppError('usage', detail)
  }
  if (options.keep || options.reuse || options.webhook !== undefined) {
    const detail =
      'Only a hub knows --keep, --reuse and --webhook: leave them out, or submit to a hub.'
    throw new AppError('usage', detail)
  }
  if (usesEndpoint(invocation)) return callBeam(invocation)
  const waits = waitsForVideo(options)
  const output = outputOf(invocation, DEFAULT_OUTPUT)
  // Before a video is rendered that could not be written.
  if (waits) await checkOutputFile(output)
  const queue = await services.beamQueue(beamLocation(options))
  const { id, stored } = await submit(invocation, queue.title, (how) =>
    withBeamRequest(invocation, (request) => queue.submit(request, how)),
  )
  printJson(terminal, { event: 'submitted', task_id: id, stored_inputs: stored?.place ?? null })
  printLine(terminal, `📥 ${id} is in the queue of ${queue.title}`)
  if (!waits) printLine(terminal, `   ${nextCommand(options, 'wait', id)}`)
  const sayStored = (): void => {
    if (stored !== null) printWarning(terminal, `Its inputs stay in ${stored.place}.`)
  }
  if (signal.aborted || !waits) sayStored()
  // The id came after Ctrl-C: the user must learn of the task.
  if (signal.aborted) throw taskGoesOn(options, id)
  if (!waits) return
  const ended = await followTask(invocation, queue, id).catch((thrown: unknown) => {
    sayStored()
    throw thrown
  })
  await stored?.remove()
  if (ended.failure !== null) throw ended.failure
  await fetchTaskVideo(invocation, { queue, id, output })
}

async function submit(
  invocation: SubmitInvocation,
  title: string,
  work: (options: SubmitOptions) => Promise<SubmittedTask>,
): Promise<SubmittedTask> {
  const { terminal, services, signal } = invocation
  const display = createTaskDisplay(terminal, title, () => services.nowMs())
  const steps = stepWords(title)
  try {
    return await work({ signal, onStep: (step) => display.say(steps[step]) })
  } catch (thrown) {
    throw withCandidates(toAppError(thrown), invocation)
  } finally {
    display.close()
  }
}

type Step = Parameters<SubmitOptions['onStep']>[0]

function stepWords(title: string): Readonly<Record<Step, string>> {
  return {
    checking: 'Checking the inputs',
    storing: 'Sending the inputs to the volume',
    sending: `Sending the request to ${title}`,
    queue_full: `The queue of ${title} is full; retrying`,
  }
}

/** The answer was lost: one of these tasks may be ours, and only a person can know which. */
function withCandidates(error: AppError, invocation: SubmitInvocation): AppError {
  const status = aboutCandidates(error, invocation.options, 'status')
  if (status === '') return error
  const detail = `${error.detail} It may be ${status}.`
  return new AppError(error.code, detail, { cause: error, meta: error.meta })
}
