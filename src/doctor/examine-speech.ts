// Examines what speaks texts: the configured server, without having it speak, which may cost money, or a program of this machine.
import { toAppError } from '../domain/errors.ts'
import type { Finding } from '../domain/finding.ts'
import { findSpeechProgram, type SpeechOptions } from '../speech/open-speech.ts'
import { speechServerTrouble } from '../speech/speech-server.ts'
import type { Examination } from './examination.ts'

const SUBJECT = 'Speech of texts'
const ADVICE =
  'Set SPEECH_URL to a speech server, or install espeak-ng or piper; see docs/guide/text.md.'

export async function examineSpeech({ ways, signal }: Examination): Promise<Finding> {
  const options = ways.speech()
  try {
    if (options.url !== null) return await examineServer({ ...options, url: options.url }, signal)
    const program = await findSpeechProgram(options)
    if (program !== null) {
      return {
        subject: SUBJECT,
        state: 'ok',
        detail: `${program.name}, ${program.path}`,
        advice: null,
      }
    }
    const detail = 'no server and no program; texts cannot be spoken'
    return { subject: SUBJECT, state: 'warning', detail, advice: ADVICE }
  } catch (thrown) {
    signal.throwIfAborted()
    return { subject: SUBJECT, state: 'missing', detail: toAppError(thrown).detail, advice: ADVICE }
  }
}

async function examineServer(
  options: SpeechOptions & { readonly url: string },
  signal: AbortSignal,
): Promise<Finding> {
  const trouble = await speechServerTrouble(options, signal)
  if (trouble === null) {
    const detail = `${new URL(options.url).host} answers`
    return { subject: SUBJECT, state: 'ok', detail, advice: null }
  }
  return { subject: SUBJECT, state: 'missing', detail: trouble, advice: ADVICE }
}
