// All that is decided before a ComfyUI is started: which one, by which Python, with which of its options and where its files
// go. Every fault of an installation is found here, in a second instead of after minutes.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { abortError } from '../../../async/abort-error.ts'
import { AppError } from '../../../domain/errors.ts'
import { findInstallation, type Installation } from './find-installation.ts'
import { launchEnvironment } from './launch-environment.ts'
import { findForbiddenOption, launchArguments, parseKnownOptions } from './launch-flags.ts'
import { meaningfulLine } from './log-file.ts'
import { makeLinkTargets } from './make-link-targets.ts'

export interface LaunchSettings {
  /** COMFYUI_DIR */
  readonly folder: string
  /** COMFYUI_PYTHON; null to look for one. */
  readonly python: string | null
  /** The environment of this program; its secrets are not handed on. */
  readonly env: NodeJS.ProcessEnv
  /** Ours alone: input, output, temporary files, log and record of the server. */
  readonly dataFolder: string
  readonly maxUploadBytes: number
  /** YAML file that names more folders of models; null when there are none. */
  readonly modelPathsFile: string | null
  readonly moreArguments: readonly string[]
}

export interface LaunchPlan {
  readonly installation: Installation
  readonly env: NodeJS.ProcessEnv
  /** The same for the same server: another one means that a running server is not the one that is wanted. */
  readonly fingerprint: string
  argumentsFor(port: number): readonly string[]
}

/** Python and its standard library are read from a cold disk, no more. */
const HELP_TIMEOUT_MS = 60_000
const MAX_HELP_BYTES = 1024 * 1024
const run = promisify(execFile)

/** @throws AppError `engine_start_failed`, `config_invalid`, `canceled` */
export async function planLaunch(
  settings: LaunchSettings,
  signal: AbortSignal,
): Promise<LaunchPlan> {
  const { dataFolder, moreArguments, maxUploadBytes, modelPathsFile } = settings
  const forbidden = findForbiddenOption(moreArguments)
  if (forbidden !== null) {
    const detail = `COMFYUI_ARGS must not contain ${forbidden}: this program decides it.`
    throw new AppError('config_invalid', detail)
  }
  const searchPath = settings.env.PATH ?? ''
  const installation = await findInstallation({ ...settings, searchPath })
  await makeLinkTargets(installation.folder)
  const env = launchEnvironment(settings.env)
  const known = parseKnownOptions(await readHelp(installation, env, signal))
  const folders = {
    input: inputFolder(dataFolder),
    output: join(dataFolder, 'output'),
    temp: dataFolder,
    user: join(dataFolder, 'user'),
  }
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })))
  const argumentsFor = (port: number) =>
    launchArguments(known, { port, folders, maxUploadBytes, modelPathsFile, moreArguments })
  const hash = createHash('sha256').update(JSON.stringify([installation, argumentsFor(0)]))
  return { installation, env, fingerprint: hash.digest('hex'), argumentsFor }
}

export function inputFolder(dataFolder: string): string {
  return join(dataFolder, 'input')
}

/** Asked anew for every start: it takes a second of a minute, and the installation may have been updated. */
async function readHelp(
  { folder, python }: Installation,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { stdout } = await run(python, ['main.py', '--help'], {
      cwd: folder,
      env,
      signal,
      timeout: HELP_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_HELP_BYTES,
      windowsHide: true,
    })
    return stdout
  } catch (cause) {
    if (signal.aborted) throw abortError(signal)
    const { stderr } = cause as { readonly stderr?: string }
    const line = meaningfulLine((stderr ?? '').split('\n'))
    const detail = `ComfyUI in "${folder}" cannot be run by "${python}": ${line ?? 'main.py --help failed'}.`
    throw new AppError('engine_start_failed', detail, { cause })
  }
}
