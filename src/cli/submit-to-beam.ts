// `infinitetalk submit --beam`: hands a request to a queue on Beam; with --wait or --output follows the task and brings the video.
import { checkOutputFile } from '../app/output-file.ts'
import type { SubmitOptions, SubmittedTask } from '../app/ports/remote-queue.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { aboutCandidates, beamLocation, nextCommand, usesEndpoint } from './beam-options.ts'
import { withBeamRequest } from './beam-request.ts'
import { callBeam } from './call-beam.ts'
import type { Invocation } from './command.ts'
import { fetchTaskVideo } from './fetch-task-video.ts'
import { outputFile } from './fetch-video.ts'
import { followTask, taskGoesOn } from './follow-task.ts'
import { outputName } from './print-video.ts'
import { createTaskDisplay } from './task-display.ts'
import { printJson, printLine, printWarning } from './terminal.ts'

/** @throws AppError */
export async function submitToBeam(invocation: Invocation, defaultOutput: string): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  if (given.text('idempotency-key') !== undefined) {
    const detail =
      'Beam knows no idempotency keys: a request that is sent again is a second render.'
    throw new AppError('usage', detail)
  }
  if (usesEndpoint(invocation)) return callBeam(invocation, defaultOutput)
  const waits = given.flag('wait') || given.text('output') !== undefined
  const shownName = outputName(given, defaultOutput)
  const output = { ...outputFile(invocation, shownName), shownName }
  // Before anything is rendered that could not be kept.
  if (waits) await checkOutputFile(output)
  const queue = await services.beamQueue(beamLocation(invocation))
  const { id, stored } = await submit(invocation, queue.title, (options) =>
    withBeamRequest(invocation, (request) => queue.submit(request, options)),
  )
  printJson(terminal, { event: 'submitted', task_id: id, stored_inputs: stored?.place ?? null })
  printLine(terminal, `📥 ${id} is in the queue of ${queue.title}`)
  if (!waits) printLine(terminal, `   ${nextCommand(invocation, 'wait', id)}`)
  const sayStored = (): void => {
    if (stored !== null) printWarning(terminal, `Its inputs stay in ${stored.place}.`)
  }
  if (signal.aborted || !waits) sayStored()
  // The id came after Ctrl-C: nothing goes on unknown.
  if (signal.aborted) throw taskGoesOn(invocation, id)
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
  invocation: Invocation,
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
    queue_full: `The queue of ${title} is full; trying again`,
  }
}

/** The answer was lost: one of these tasks may be ours, and only a person can tell. */
function withCandidates(error: AppError, invocation: Invocation): AppError {
  const status = aboutCandidates(error, invocation, 'status')
  if (status === '') return error
  const detail = `${error.detail} It may be ${status}.`
  return new AppError(error.code, detail, { cause: error, meta: error.meta })
}
