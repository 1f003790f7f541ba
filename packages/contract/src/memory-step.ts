// A step that a render took because its ComfyUI ran out of memory: told in the job's events and in its result.
import { z } from 'zod'

/** In the order in which they are taken, those that the workflow or the server has no place for left out. */
export const MEMORY_REMEDIES = [
  'free_memory',
  'tiled_vae',
  'block_swap',
  'reserve_vram',
  'no_vram',
  'shorter_windows',
] as const
export type MemoryRemedy = (typeof MEMORY_REMEDIES)[number]

export const memoryStepMembers = {
  remedy: z
    .enum(MEMORY_REMEDIES)
    .describe(
      'Models and caches unloaded, the VAE in tiles, more blocks on the CPU, ComfyUI restarted with --reserve-vram or --novram, fewer frames in each window.',
    ),
  window: z.int().min(1).nullable().describe('The window that ran out; null: the whole video.'),
  window_frames: z.int().min(5).optional().describe('Frames of the shorter windows.'),
}

export const memoryStepSchema = z.strictObject(memoryStepMembers)
