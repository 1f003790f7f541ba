// The packages in the Python of a ComfyUI, listed without importing any: importing PyTorch takes half a minute, reading the list
// of packages a moment.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { abortError } from '../../../async/abort-error.ts'
import { AppError } from '../../../domain/errors.ts'
import type { Installation } from './find-installation.ts'
import { launchEnvironment } from './launch-environment.ts'

const TIMEOUT_MS = 30_000
const PROGRAM = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
def look(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
print(json.dumps({name: look(name) for name in sys.argv[1:]}))
`
const run = promisify(execFile)

/**
 * @returns by name the version, or null when the package is not installed
 * @throws AppError `engine_start_failed` when this Python does not run
 */
export async function readPackageVersions(
  { python, folder }: Installation,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string | null>>> {
  try {
    const options = { cwd: folder, env: launchEnvironment(env), signal, timeout: TIMEOUT_MS }
    const { stdout } = await run(python, ['-c', PROGRAM, ...names], options)
    return JSON.parse(stdout) as Record<string, string | null>
  } catch (cause) {
    if (signal.aborted) throw abortError(signal)
    const detail = `The Python "${python}" of ComfyUI does not run.`
    throw new AppError('engine_start_failed', detail, { cause })
  }
}
