// `infinitetalk submit --beam --endpoint`: one call, one video. An endpoint reports no progress, and a lost connection loses the
// video: the command says so before and afterwards.
import { callEndpoint } from '../app/call-endpoint.ts'
import { checkOutputFile, publishPart } from '../app/output-file.ts'
import type { FetchedVideo } from '../app/ports/remote-queue.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { aboutCandidates, beamLocation } from './beam-options.ts'
import { withBeamRequest } from './beam-request.ts'
import { printFetched } from './fetch-task-video.ts'
import { InterruptedError } from './interrupts.ts'
import { DEFAULT_OUTPUT, outputOf } from './output-options.ts'
import type { SubmitInvocation } from './submit-options.ts'
import { createTaskDisplay } from './task-display.ts'
import { printWarning } from './terminal.ts'

/** @throws AppError */
export async function callBeam(invocation: SubmitInvocation): Promise<void> {
  const { options: given, terminal, services, signal } = invocation
  const secondsPerWindow = given.secondsPerWindow ?? null
  const output = outputOf(invocation, DEFAULT_OUTPUT)
  await checkOutputFile(output)
  const endpoint = await services.beamEndpoint(beamLocation(given))
  const { title } = endpoint
  const steps = {
    storing: 'Sending the inputs to the volume',
    calling: `The endpoint of ${title} renders; it reports no progress`,
  }
  const display = createTaskDisplay(terminal, title, () => services.nowMs())
  const onWarning = (text: string): void => {
    display.clear()
    printWarning(terminal, text)
  }
  const video = await withBeamRequest(invocation, (request, spec) => {
    const onStep = (step: keyof typeof steps): void => display.say(steps[step])
    const options = { outputPath: output.path, signal, onStep }
    return callEndpoint({ spec, request, secondsPerWindow, options, onWarning }, endpoint)
  })
    .catch((thrown: unknown): Promise<FetchedVideo> => {
      throw explain(toAppError(thrown), invocation, title)
    })
    .finally(() => display.close())
  await publishPart(video.path, output)
  printFetched(terminal, video, output, { title, taskId: null })
}

function explain(error: AppError, invocation: SubmitInvocation, title: string): AppError {
  const cancel = aboutCandidates(error, invocation.options, 'cancel')
  const goesOn =
    cancel === '' ? '' : `The endpoint may still be rendering: ${cancel} asks ${title} to stop it.`
  if (invocation.signal.aborted) {
    const none = `No render is known to be running at ${title}.`
    return new InterruptedError(goesOn === '' ? none : goesOn, { cause: error })
  }
  if (goesOn === '') return error
  return new AppError(error.code, `${error.detail} ${goesOn}`, { cause: error, meta: error.meta })
}
