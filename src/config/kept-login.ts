// The hub and the key that `infinitetalk login` keeps for later commands: a file in the user's folder of settings that only the user
// may read.
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'

export interface KeptLogin {
  readonly url: string
  readonly token: string
}

type Environment = Readonly<Record<string, string | undefined>>

const FOLDER = 'infinitetalk'
const NAME = 'login.json'
const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const OTHERS = 0o077

export function loginPath(env: Environment, platform = process.platform): string {
  const usual = join(homedir(), platform === 'win32' ? 'AppData/Roaming' : '.config')
  const configured = platform === 'win32' ? env.APPDATA : env.XDG_CONFIG_HOME
  // "All paths set in these environment variables must be absolute" (XDG Base Directory Specification); an empty one is not set.
  return join(configured?.trim() || usual, FOLDER, NAME)
}

/** @returns null when nobody has logged in @throws AppError `config_invalid` for a file that others can read, or that is damaged */
export function readLogin(env: Environment): KeptLogin | null {
  const path = loginPath(env)
  let text: string
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & OTHERS) !== 0) {
      throw new AppError('config_invalid', `Others can read ${path}: run "chmod 600 ${path}".`)
    }
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error instanceof AppError ? error : unreadable(path, error)
  }
  try {
    const login: unknown = JSON.parse(text)
    if (isRecord(login) && typeof login.url === 'string' && typeof login.token === 'string') {
      return { url: login.url, token: login.token }
    }
    throw new SyntaxError('It holds no login.')
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** @returns its path @throws AppError `output_unwritable` */
export function keepLogin(login: KeptLogin, env: Environment): string {
  const path = loginPath(env)
  const part = `${path}.${randomUUID()}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER })
    writeFileSync(part, `${JSON.stringify(login)}\n`, { mode: PRIVATE_FILE, flag: 'wx' })
    // The umask may have taken rights, never given them.
    chmodSync(part, PRIVATE_FILE)
    renameSync(part, path)
    return path
  } catch (cause) {
    rmSync(part, { force: true })
    throw new AppError('output_unwritable', `The login cannot be kept in ${path}.`, { cause })
  }
}

/** @returns whether there was one @throws AppError `output_unwritable` */
export function forgetLogin(env: Environment): boolean {
  const path = loginPath(env)
  try {
    rmSync(path)
    return true
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new AppError('output_unwritable', `${path} cannot be deleted.`, { cause })
  }
}

function unreadable(path: string, cause: unknown): AppError {
  const detail = `The login in ${path} cannot be read: run "infinitetalk logout", then "infinitetalk login".`
  return new AppError('config_invalid', detail, { cause })
}
