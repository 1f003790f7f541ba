// Examines the folder that ComfyUI saves frames in for this hub, if one is set: the hub makes and deletes folders there.
import { access, constants } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Config } from '../config/load-config.ts'
import type { Finding } from '../domain/finding.ts'

export async function examineFramesFolder(config: Config): Promise<readonly Finding[]> {
  if (config.comfyuiFramesDir === undefined) return []
  const folder = resolve(config.comfyuiFramesDir)
  const subject = 'Frames folder'
  if (!(await canBeWritten(folder))) {
    const advice = 'Set COMFYUI_FRAMES_DIR to a folder that this user and ComfyUI may write.'
    return [{ subject, state: 'missing', detail: `${folder} cannot be written`, advice }]
  }
  const detail = `${folder}; the first render shows whether ComfyUI sees it under this path`
  return [{ subject, state: 'ok', detail, advice: null }]
}

/** The folder, or where it will be made. */
async function canBeWritten(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return true
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const parent = dirname(folder)
    return isAbsent && parent !== folder && (await canBeWritten(parent))
  }
}
