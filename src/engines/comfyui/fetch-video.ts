// Downloads the whole video of a render that succeeded. ComfyUI may report success while the file is still being written, and a
// ComfyUI that was restarted has lost the files of its temporary folder.
import { join } from 'node:path'
import { abortError } from '../../async/abort-error.ts'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { type OutputFile, requireVideo } from '../../workflow/outputs.ts'
import type { HistoryEntry } from './comfy-answers.ts'
import { crashed, type FollowedRender } from './follow-render.ts'

export interface VideoPlace {
  /** The node whose video is the result. */
  readonly outputNode: string
  readonly workDir: string
  readonly maxBytes: number
}

/**
 * @returns the path of the video
 * @throws AppError `output_missing`, `output_invalid`, `engine_crashed` when ComfyUI is gone with it, `disk_full`, or what the
 *   signal was aborted with
 */
export async function fetchVideo(
  entry: HistoryEntry,
  { outputNode, workDir, maxBytes }: VideoPlace,
  render: FollowedRender,
): Promise<string> {
  const file = requireVideo(entry.outputs, outputNode)
  const toPath = join(workDir, `comfyui${file.filename.slice(file.filename.lastIndexOf('.'))}`)
  try {
    await downloadSettled(file, { toPath, maxBytes }, render)
    return toPath
  } catch (thrown) {
    if (render.signal.aborted) throw abortError(render.signal)
    const error = toAppError(thrown)
    const isLost = error.code === 'engine_unreachable' || (await isForgotten(error, render))
    throw isLost ? crashed(error.detail, render.backend, error) : error
  }
}

/** Fetched until what was fetched is all there is. */
async function downloadSettled(
  file: OutputFile,
  { toPath, maxBytes }: { readonly toPath: string; readonly maxBytes: number },
  { api, signal, times }: FollowedRender,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { bytes } = await api.download({ file, toPath, maxBytes, signal })
    const bytesNow = await api.outputBytes(file, signal)
    if (bytes > 0 && (bytesNow === null || bytesNow === bytes)) return
    if (tries === times.settleTries) {
      const what = bytes === 0 ? 'is empty' : 'is still being written'
      throw new AppError('output_invalid', `The video ${file.filename} of ComfyUI ${what}.`)
    }
    await pause(times.settleMs, signal).catch(() => {})
  }
}

/** The file is gone together with its prompt: the server was restarted after it reported success. */
async function isForgotten(
  { code }: AppError,
  { api, promptId, signal }: FollowedRender,
): Promise<boolean> {
  if (code !== 'output_missing') return false
  const place = await api.find(promptId, signal).catch(() => null)
  return place === null || place.state === 'nowhere'
}
