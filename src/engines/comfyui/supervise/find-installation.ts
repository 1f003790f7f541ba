// Where a ComfyUI is installed and which Python runs it: the one that was configured, else the environment that came with it,
// else the system's. Nothing is guessed about a Python that was named: it is used, or it is an error.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { AppError } from '../../../domain/errors.ts'

export interface Installation {
  /** Holds main.py. */
  readonly folder: string
  readonly python: string
}

export interface InstallationChoice {
  /** As configured: ComfyUI's own folder, or the one of a portable build around it. */
  readonly folder: string
  readonly python: string | null
  /** The value of PATH. */
  readonly searchPath: string
}

/** A portable build has ComfyUI beside its Python. */
const INNER_FOLDER = 'ComfyUI'
const ENVIRONMENTS = ['venv', '.venv', 'python_embeded']
const PROGRAMS =
  process.platform === 'win32'
    ? [join('Scripts', 'python.exe'), 'python.exe']
    : [join('bin', 'python'), join('bin', 'python3')]
const SYSTEM_NAMES = process.platform === 'win32' ? ['python.exe'] : ['python3', 'python']

/** @throws AppError `engine_start_failed` when there is no ComfyUI or no Python */
export async function findInstallation(choice: InstallationChoice): Promise<Installation> {
  const folder = await findFolder(resolve(choice.folder))
  return { folder, python: await findPython(folder, choice) }
}

async function findFolder(configured: string): Promise<string> {
  for (const folder of [configured, join(configured, INNER_FOLDER)]) {
    if (await can(join(folder, 'main.py'), constants.R_OK)) return folder
  }
  const detail = `There is no ComfyUI in "${configured}": it has no main.py.`
  throw new AppError('engine_start_failed', detail)
}

/** The path is not resolved any further: a virtual environment is known by the link through which its Python is started. */
async function findPython(folder: string, choice: InstallationChoice): Promise<string> {
  if (choice.python !== null) {
    const path = resolve(choice.python)
    if (await can(path, constants.X_OK)) return path
    throw new AppError('engine_start_failed', `COMFYUI_PYTHON "${path}" is not a program.`)
  }
  const own = [folder, join(folder, '..')].flatMap((place) =>
    ENVIRONMENTS.flatMap((environment) =>
      PROGRAMS.map((program) => join(place, environment, program)),
    ),
  )
  const system = choice.searchPath
    .split(delimiter)
    .filter((place) => place !== '')
    .flatMap((place) => SYSTEM_NAMES.map((name) => join(place, name)))
  for (const path of [...own, ...system]) if (await can(path, constants.X_OK)) return path
  const detail = `There is no Python for the ComfyUI in "${folder}": no venv in it or beside it, and no python3 on PATH.`
  throw new AppError('engine_start_failed', detail)
}

async function can(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}
