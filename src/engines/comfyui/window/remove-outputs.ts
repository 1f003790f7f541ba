// Removes what a window left on its ComfyUI, once it is stored here: from its folder where that is on this disk, else by overwriting
// every file with an empty one, a few at a time: the next window's pictures are fetched meanwhile.
import { Deadline } from '../../../async/deadline.ts'
import { inLanes } from '../../../async/in-lanes.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import type { Backend } from '../backend.ts'
import type { ComfyApi } from '../comfy-api.ts'

const PARALLEL = 4

/** Best effort, and never for long. */
export async function removeOutputs(
  files: readonly OutputFile[],
  api: Pick<ComfyApi, 'emptyOutput'>,
  backend: Pick<Backend, 'removeOutputs'>,
  withinMs: number,
): Promise<void> {
  if (backend.removeOutputs !== undefined) return backend.removeOutputs(files).catch(() => {})
  using deadline = new Deadline(withinMs)
  const { signal } = deadline
  await inLanes(PARALLEL, files, async (file) => {
    if (!signal.aborted) await api.emptyOutput(file, signal).catch(() => {})
  })
}
