// Reads the configuration file: the one that INFINITETALK_CONFIG names, else infinitetalk.config.json in the working folder. A missing
// file is an error only when it was named.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { isGroup } from './settings.ts'

const USUAL_NAME = 'infinitetalk.config.json'

/**
 * Returns the unchecked settings; null when there is no file. It runs once, at the start, so it may block.
 *
 * @throws AppError `config_invalid`
 */
export function readConfigFile(
  env: Readonly<Record<string, string | undefined>>,
  currentFolder: string,
): Readonly<Record<string, unknown>> | null {
  const named = env.INFINITETALK_CONFIG?.trim() || undefined
  const name = named ?? USUAL_NAME
  const text = readText(resolve(currentFolder, name), name)
  if (text !== null) return parseSettings(text, name)
  if (named === undefined) return null
  throw new AppError('config_invalid', `The configuration file "${name}" does not exist.`)
}

function readText(path: string, name: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new AppError(
      'config_invalid',
      `The configuration file "${name}" cannot be read (${code}).`,
      {
        cause,
      },
    )
  }
}

function parseSettings(text: string, name: string): Readonly<Record<string, unknown>> {
  const settings = parseJson(text, name)
  if (isGroup(settings)) return settings
  throw new AppError('config_invalid', `The configuration file "${name}" must hold a JSON object.`)
}

function parseJson(text: string, name: string): unknown {
  try {
    // Editors on Windows write a byte order mark first, which JSON does not allow.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    const detail = `The configuration file "${name}" is not valid JSON.`
    throw new AppError('config_invalid', detail, { cause })
  }
}
