// Chooses who speaks texts: the configured server, else the configured program, else the first program that is found on this machine.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, delimiter, isAbsolute, join, resolve } from 'node:path'
import type { OpenSpeech, SpeechMaker } from '../app/ports/speech.ts'
import { Semaphore } from '../async/semaphore.ts'
import { AppError } from '../domain/errors.ts'
import { createSpeechProgram, type FoundProgram } from './speech-program.ts'
import { PROGRAM_NAMES, type ProgramName } from './speech-programs.ts'
import { createSpeechServer } from './speech-server.ts'

export interface SpeechOptions {
  readonly url: string | null
  readonly key: string | null
  readonly model: string
  readonly voices: readonly [string | null, string | null]
  /** A name or a path; null: searched for. */
  readonly program: string | null
  readonly voicesDir: string | null
  /** The value of PATH. */
  readonly searchPath: string
  readonly timeoutMs: number
}

/** Texts that are spoken at a time: more would only wait for the same processor or model. */
const PARALLEL = 2

export function createSpeech(options: SpeechOptions): OpenSpeech {
  const turns = new Semaphore(PARALLEL)
  return async (signal) => {
    const maker = await chooseSpeech(options)
    signal.throwIfAborted()
    return {
      name: maker.name,
      speak: (request) => turns.run(request.signal, () => maker.speak(request)),
    }
  }
}

async function chooseSpeech(options: SpeechOptions): Promise<SpeechMaker> {
  const { url, key, model, voices } = options
  if (url !== null) return createSpeechServer({ url, key, model, voices })
  const program = await findSpeechProgram(options)
  if (program !== null) return createSpeechProgram(program, options)
  const detail = `No speech server is configured, and none of ${PROGRAM_NAMES.join(', ')} is on this machine.`
  throw new AppError('speech_unavailable', detail, { pointer: '/audio/text' })
}

/** @returns null when none is found @throws AppError `config_invalid` for a configured one that is not there */
export async function findSpeechProgram({
  program,
  voicesDir,
  searchPath,
}: Pick<SpeechOptions, 'program' | 'voicesDir' | 'searchPath'>): Promise<FoundProgram | null> {
  if (program !== null) return findConfigured(program, searchPath)
  for (const name of PROGRAM_NAMES) {
    // Without voices it cannot speak.
    if (name === 'piper' && voicesDir === null) continue
    // Windows and Linux have other programs of this name.
    if (name === 'say' && process.platform !== 'darwin') continue
    const path = await findOnPath(name, searchPath)
    if (path !== null) return { name, path }
  }
  return null
}

async function findConfigured(program: string, searchPath: string): Promise<FoundProgram> {
  const name = PROGRAM_NAMES.find((known) => known === basename(program).replace(/\.exe$/i, ''))
  if (name === undefined) {
    const detail = `SPEECH_PROGRAM is "${program}"; it must be ${PROGRAM_NAMES.join(', ')}, or a path that ends in one of them.`
    throw new AppError('config_invalid', detail)
  }
  const isPath = isAbsolute(program) || /[/\\]/.test(program)
  const path = isPath ? resolve(program) : await findOnPath(name, searchPath)
  if (path !== null && (await isProgram(path))) return { name, path }
  throw new AppError('config_invalid', `SPEECH_PROGRAM: there is no program "${program}".`)
}

async function findOnPath(name: ProgramName, searchPath: string): Promise<string | null> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  for (const folder of searchPath.split(delimiter)) {
    if (folder !== '' && (await isProgram(join(folder, file)))) return join(folder, file)
  }
  return null
}

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
