// Says in words what was done because a ComfyUI ran out of memory.
import type { JobOutputResource } from '@infinitetalk/contract'

export type MemoryStepResource = NonNullable<JobOutputResource['memory_ladder']>[number]

const REMEDIES: Readonly<Record<MemoryStepResource['remedy'], string>> = {
  free_memory: 'ComfyUI unloaded its models and emptied its cache',
  tiled_vae: 'the frames are decoded in tiles',
  block_swap: 'more of the model waits in main memory',
  reserve_vram: 'ComfyUI was restarted and leaves more GPU memory free',
  no_vram: 'ComfyUI was restarted and keeps its models in main memory',
  shorter_windows: 'its windows are shorter',
}

/** One sentence: `Window 3 ran out of memory: the frames are decoded in tiles.` */
export function describeMemoryStep({ remedy, window, window_frames }: MemoryStepResource): string {
  const what = window === null ? 'The render' : `Window ${window}`
  const frames = window_frames === undefined ? '' : ` (${window_frames} frames)`
  return `${what} ran out of memory: ${REMEDIES[remedy] ?? remedy}${frames}.`
}
