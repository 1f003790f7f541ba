// The ladder of remedies when a ComfyUI runs out of memory: which remedy comes next. Pure. Each costs more time or
// quality than the one before it; one that cannot help, because nothing of it is left or the node is another, is passed over.
import type { MemoryRemedy } from '@infinitetalk/contract'

/** How a render spares memory; the first render of a size spares nothing. */
export interface Relief {
  /** The VAE decodes in tiles. */
  readonly tiledVae: boolean
  /** Blocks of the model that wait on the CPU; null: as asked for. */
  readonly blockSwap: number | null
  /** ComfyUI was started with more offload: 1 reserves memory of the GPU, 2 keeps no weights there. */
  readonly offload: 0 | 1 | 2
  /** The longest a window may be; null: as asked for. */
  readonly windowFrames: number | null
}

export const NO_RELIEF: Relief = {
  tiledVae: false,
  blockSwap: null,
  offload: 0,
  windowFrames: null,
}

/** All that decides what can still be done. */
export interface Shortage {
  /** The class of the node that ran out. */
  readonly nodeType: string
  /** It was the machine's memory, not the GPU's. */
  readonly isOfHost: boolean
  /** Nothing was unloaded for this render yet. */
  readonly mayFree: boolean
  readonly canTile: boolean
  /** The VAE is used by its own node only: tiles help only there. */
  readonly tilesOwnNode: boolean
  /** Blocks that are swapped; null where the workflow has no place for it. */
  readonly swappedBlocks: number | null
  /** The ComfyUI is a process of our own. */
  readonly canRestart: boolean
  /** Frames of a window; null where windows are not ours. */
  readonly windowFrames: number | null
  readonly motionFrames: number
  /** New frames of a window that is not too short; two latents when it is left out. */
  readonly leastNewFrames?: number
}

export interface Remedied {
  readonly remedy: MemoryRemedy
  readonly relief: Relief
}

/** Blocks of the 14 billion parameter model: more cannot be swapped. */
export const ALL_BLOCKS = 40
/** 4k + 1. Shorter ones would hardly add frames. */
const SHORTER_WINDOWS = [41, 21] as const
/** Two latents. */
const LEAST_NEW_FRAMES = 8

/** null at the end of the ladder. */
export function nextRemedy(at: Relief, shortage: Shortage): Remedied | null {
  const { isOfHost, mayFree, canTile, tilesOwnNode, swappedBlocks, canRestart } = shortage
  if (mayFree) return { remedy: 'free_memory', relief: at }
  if (!isOfHost) {
    const tilesHelp = !tilesOwnNode || /VAE/i.test(shortage.nodeType)
    if (canTile && tilesHelp && !at.tiledVae) {
      return { remedy: 'tiled_vae', relief: { ...at, tiledVae: true } }
    }
    if (swappedBlocks !== null && swappedBlocks < ALL_BLOCKS) {
      return { remedy: 'block_swap', relief: { ...at, blockSwap: ALL_BLOCKS } }
    }
    if (canRestart && at.offload === 0) {
      return { remedy: 'reserve_vram', relief: { ...at, offload: 1 } }
    }
    if (canRestart && at.offload === 1) {
      return { remedy: 'no_vram', relief: { ...at, offload: 2 } }
    }
  }
  const shorter = SHORTER_WINDOWS.find(
    (frames) =>
      shortage.windowFrames !== null &&
      frames < shortage.windowFrames &&
      frames >= shortage.motionFrames + Math.max(LEAST_NEW_FRAMES, shortage.leastNewFrames ?? 0),
  )
  if (shorter === undefined) return null
  return { remedy: 'shorter_windows', relief: { ...at, windowFrames: shorter } }
}
