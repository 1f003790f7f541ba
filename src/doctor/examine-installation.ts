// Examines a ComfyUI on this machine without starting it: the Python package that breaks the voices, and the node packs compared with
// the pinned ones. A remote server reports neither; the rows of its workflows show what it lacks.
import type { Config } from '../config/load-config.ts'
import type { Finding } from '../domain/finding.ts'
import {
  findInstallation,
  type Installation,
} from '../engines/comfyui/supervise/find-installation.ts'
import { readPackageVersions } from '../engines/comfyui/supervise/python-packages.ts'
import { examineNodePacks } from './examine-node-packs.ts'
import type { PinnedVersions } from './pinned-versions.ts'
import { quotePath } from './quote-path.ts'

export interface InstallationExamination {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly pinned: PinnedVersions | null
  readonly signal: AbortSignal
}

/** Empty without COMFYUI_DIR. */
export async function examineInstallation({
  config,
  env,
  pinned,
  signal,
}: InstallationExamination): Promise<readonly Finding[]> {
  const { comfyuiDir, comfyuiPython = null } = config
  if (comfyuiDir === undefined) return []
  const choice = { folder: comfyuiDir, python: comfyuiPython, searchPath: env.PATH ?? '' }
  // Without Python, ComfyUI cannot start either, which another row reports.
  const installation = await findInstallation(choice).catch(() => null)
  if (installation === null) return []
  return [
    ...(await examineTransformers(installation, env, signal)),
    ...(await examineNodePacks(installation.folder, pinned?.nodePacks ?? [])),
  ]
}

/** Empty when its Python does not run: then ComfyUI does not start, which another row reports. */
async function examineTransformers(
  installation: Installation,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const { transformers } = await readPackageVersions(installation, ['transformers'], env, signal)
    return [describeTransformers(transformers ?? null, installation.python)]
  } catch {
    signal.throwIfAborted()
    return []
  }
}

function describeTransformers(version: string | null, python: string): Finding {
  const subject = 'transformers of ComfyUI'
  const works = version !== null && Number.parseInt(version, 10) < 5
  if (works) return { subject, state: 'ok', detail: version, advice: null }
  return {
    subject,
    state: 'missing',
    detail: version === null ? 'not installed' : `${version}, which cannot read voices`,
    advice: 'Install a version below 5 in the Python of ComfyUI:',
    commands: [`${quotePath(python)} -m pip install "transformers<5"`],
  }
}
