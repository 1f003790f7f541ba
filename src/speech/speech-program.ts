// Speaks by a program of this machine, with a deadline, limits and an environment without our secrets.
import { spawn } from 'node:child_process'
import { access, stat, writeFile } from 'node:fs/promises'
import type { SpeechMaker, SpeechRequest } from '../app/ports/speech.ts'
import { AppError } from '../domain/errors.ts'
import { guardChild } from '../media/guard-child.ts'
import { childEnvironment, limitedCommand } from '../media/limited-command.ts'
import { PROGRAMS, type ProgramName } from './speech-programs.ts'

export interface FoundProgram {
  readonly name: ProgramName
  readonly path: string
}

export interface SpeechProgramOptions {
  readonly voices: readonly [string | null, string | null]
  readonly voicesDir: string | null
  readonly timeoutMs: number
}

const STDERR_MAX_CHARS = 300

export function createSpeechProgram(
  program: FoundProgram,
  options: SpeechProgramOptions,
): SpeechMaker {
  const { name } = program
  return {
    name,
    async speak(request) {
      const { voice, speakerIndex, language, text, toPath } = request
      // A voice has a language of its own: the default one gives way to a language that is asked for.
      const configured = options.voices[speakerIndex]
      const isDefault = voice === null && (language === null || name === 'piper')
      const textPath = `${toPath}.txt`
      const { reads, arguments: argumentsOf } = PROGRAMS[name]
      if (language !== null && name === 'say' && voice === null) throw needsVoice(language)
      const args = argumentsOf({
        voice: isDefault ? configured : voice,
        speakerIndex,
        language,
        toPath,
        textPath,
        voicesDir: options.voicesDir,
      })
      if (name === 'piper') await checkModel(args[1]!)
      if (reads === 'file') await writeFile(textPath, text)
      await runProgram(program, args, reads === 'stdin' ? text : '', request, options.timeoutMs)
      await checkMade(name, request)
    },
  }
}

/** `say` tells the language by the voice only. */
function needsVoice(language: string): AppError {
  const detail = `say has no option for the language "${language}": give a "voice" of that language.`
  return new AppError('speech_refused', detail, { pointer: '/audio/language' })
}

async function checkModel(path: string): Promise<void> {
  try {
    await access(path)
  } catch (cause) {
    const name = path.replace(/^.*[/\\]/, '').replace(/\.onnx$/, '')
    const detail = `piper has no voice "${name}" in the folder of SPEECH_VOICES_DIR.`
    throw new AppError('speech_refused', detail, { cause, pointer: '/audio/voice' })
  }
}

async function runProgram(
  { name, path }: FoundProgram,
  args: readonly string[],
  text: string,
  { signal }: Pick<SpeechRequest, 'signal'>,
  timeoutMs: number,
): Promise<void> {
  signal.throwIfAborted()
  const command = limitedCommand(path, args, { maxCpuSeconds: Math.ceil(timeoutMs / 1000) * 4 })
  const child = spawn(command.file, command.args, {
    env: childEnvironment(process.env),
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-STDERR_MAX_CHARS * 4)
  })
  child.stdout.resume()
  // A program that ends before it has read the text breaks the pipe; its exit code tells why.
  child.stdin.on('error', () => {})
  const { ended } = guardChild(child, { name, signal, timeoutMs })
  child.stdin.end(text)
  const { exitCode, killedBy } = await ended
  if (exitCode === 0) return
  const words = said
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(-STDERR_MAX_CHARS)
  const how = killedBy === null ? `exited with code ${exitCode}` : `was ended by ${killedBy}`
  const why = words === '' ? '' : `: ${words}`
  // Each of these programs ends this way for a voice or a language that it does not have.
  const code = /voice|language/i.test(words) ? 'speech_refused' : 'speech_failed'
  throw new AppError(
    code,
    `${name} ${how}${why}`,
    code === 'speech_refused' ? { pointer: '/audio/voice' } : {},
  )
}

async function checkMade(name: string, { toPath, maxBytes }: SpeechRequest): Promise<void> {
  const bytes = await stat(toPath).then(
    ({ size }) => size,
    () => 0,
  )
  if (bytes === 0) throw new AppError('speech_failed', `${name} made no sound.`)
  if (bytes <= maxBytes) return
  const detail = `${name} made ${bytes} bytes; at most ${maxBytes} are allowed (INFINITETALK_LIMIT_AUDIO_MAX_BYTES).`
  throw new AppError('speech_failed', detail)
}
