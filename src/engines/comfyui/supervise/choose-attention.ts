// Which attention kernel a ComfyUI of ours should use: the fast one where its package is installed. ComfyUI lists all of them
// whatever is installed, and one that is not fails only when the models are loaded.
import type { Installation } from './find-installation.ts'
import { readPackageVersions } from './python-packages.ts'

const FAST = { package: 'sageattention', kernel: 'sageattn' } as const

/** null: the workflow's own, which runs everywhere; also when this Python does not say what it has. @throws AppError `canceled` */
export async function chooseAttention(
  installation: Installation,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string | null> {
  const nothing: Readonly<Record<string, string | null>> = {}
  const versions = await readPackageVersions(installation, [FAST.package], env, signal).catch(
    (error: unknown) => {
      if (signal.aborted) throw error
      return nothing
    },
  )
  return versions[FAST.package] == null ? null : FAST.kernel
}
