// Finds where a voice is quietest: a cut there crossfades two closed mouths.
import { open } from 'node:fs/promises'
import { FPS } from '@infinitetalk/arithmetic'

const SAMPLES_PER_FRAME = 16_000 / FPS
const BYTES_PER_FRAME = SAMPLES_PER_FRAME * 2
/** Smaller differences of loudness are none. */
const STEP_DB = 3
/** Lower amplitudes count as silence; the highest is 32,768. */
const SILENT_LEVEL = 33

/**
 * Returns a choice for cutPieces().
 *
 * @param pcmPath headerless samples of the whole voice, as staged
 * @param before frames before a cut that count: those of the crossfade
 */
export function quietestIn(
  pcmPath: string,
  before: number,
): (frames: readonly number[]) => Promise<number> {
  return async (frames) => {
    const from = Math.max(0, Math.min(...frames) - before)
    const levels = await readLevels(pcmPath, from, Math.max(...frames))
    let best = frames[0]!
    let lowest = Number.POSITIVE_INFINITY
    for (const frame of frames) {
      const loudest = Math.max(...levels.slice(Math.max(0, frame - before - from), frame - from), 0)
      const step = Math.round((20 * Math.log10(Math.max(SILENT_LEVEL, loudest))) / STEP_DB)
      if (step < lowest) [best, lowest] = [frame, step]
    }
    return best
  }
}

/** The level of each frame (root mean square); 0 after the end of the voice. */
async function readLevels(path: string, from: number, to: number): Promise<readonly number[]> {
  const bytes = Buffer.alloc((to - from) * BYTES_PER_FRAME)
  await using file = await open(path)
  await file.read(bytes, 0, bytes.length, from * BYTES_PER_FRAME)
  return Array.from({ length: to - from }, (_, index) => {
    let power = 0
    for (let at = index * BYTES_PER_FRAME; at < (index + 1) * BYTES_PER_FRAME; at += 2) {
      power += bytes.readInt16LE(at) ** 2
    }
    return Math.sqrt(power / SAMPLES_PER_FRAME)
  })
}
