// `infinitetalk submit --beam --endpoint`: one call, one video. Nothing can be told of it while it runs, and when the connection
// is lost the video is lost with it: that is said before and afterwards.
import { callEndpoint } from '../app/call-endpoint.ts'
import { checkOutputFile, publishPart } from '../app/output-file.ts'
import type { FetchedVideo } from '../app/ports/remote-queue.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { aboutCandidates, beamLocation } from './beam-options.ts'
import { withBeamRequest } from './beam-request.ts'
import type { Invocation } from './command.ts'
import { printFetched } from './fetch-task-video.ts'
import { outputFile } from './fetch-video.ts'
import { InterruptedError } from './interrupts.ts'
import { outputName } from './print-video.ts'
import { createTaskDisplay } from './task-display.ts'
import { printWarning } from './terminal.ts'

/** @throws AppError */
export async function callBeam(invocation: Invocation, defaultOutput: string): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const secondsPerWindow = readSeconds(given.text('seconds-per-window'))
  const shownName = outputName(given, defaultOutput)
  const output = { ...outputFile(invocation, shownName), shownName }
  await checkOutputFile(output)
  const endpoint = await services.beamEndpoint(beamLocation(invocation))
  const { title } = endpoint
  const steps = {
    storing: 'Sending the inputs to the volume',
    calling: `The endpoint of ${title} renders; it does not say how far it is`,
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

function explain(error: AppError, invocation: Invocation, title: string): AppError {
  const cancel = aboutCandidates(error, invocation, 'cancel')
  const goesOn =
    cancel === ''
      ? ''
      : `The endpoint goes on without its caller: ${cancel} asks ${title} to stop it.`
  if (invocation.signal.aborted) {
    const nothing = `Nothing of it goes on at ${title} as far as is known.`
    return new InterruptedError(goesOn === '' ? nothing : goesOn, { cause: error })
  }
  if (goesOn === '') return error
  return new AppError(error.code, `${error.detail} ${goesOn}`, { cause: error, meta: error.meta })
}

function readSeconds(text: string | undefined): number | null {
  if (text === undefined) return null
  if (/^\d{1,6}(\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text)
  throw new AppError('usage', `--seconds-per-window needs seconds, and "${text}" is none.`)
}
