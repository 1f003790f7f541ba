// The sound of a text, to be heard before a job is made of it. No job and no file is made.
import { readFile } from 'node:fs/promises'
import { readScript, type SpeechRequest } from '@infinitetalk/contract'
import type { Semaphore } from '../../async/semaphore.ts'
import { AppError } from '../../domain/errors.ts'
import type { HubPorts } from '../hub-ports.ts'
import { soundOf } from '../speak-script.ts'
import { withWorkFolder } from '../work-folder.ts'

/** @returns a WAV file @throws AppError `speech_*`, `invalid_request`, `audio_too_long`, `disk_full` */
export async function speakText(
  { text, voice = null, voice_2 = null, language = null }: SpeechRequest,
  { probes, signal }: { readonly probes: Semaphore; readonly signal: AbortSignal },
  ports: HubPorts,
): Promise<Buffer> {
  const script = readScript(text)
  if (!script.ok) {
    throw new AppError('invalid_request', `The text ${script.reason}.`, { pointer: '/text' })
  }
  const { lines } = script
  const voices = { left: voice, right: voice_2 ?? voice }
  const spoken = { text, lines, voices, language, box: null, spoken: null }
  return probes.run(signal, () =>
    withWorkFolder(ports, async (workDir) =>
      readFile(await soundOf(spoken, { workDir, signal }, ports)),
    ),
  )
}
