// Reads from the voices of a request who of two people talks when.
import { FPS } from '@infinitetalk/arithmetic'
import { AppError } from '../../../domain/errors.ts'
import type { RenderPlan } from '../../../domain/plan.ts'
import { ONE_TALKER, type TalkTurn, type Turns, turnsOf } from '../../../domain/turns.ts'
import { PcmReader, SAMPLE_RATE_HZ } from '../../../media/pcm-reader.ts'
import { windowingOf } from './window-sampling.ts'

const SAMPLES_PER_FRAME = SAMPLE_RATE_HZ / FPS

/** @throws AppError `canceled` */
export async function listenForTurns(plan: RenderPlan, signal: AbortSignal): Promise<Turns> {
  const { voices, frames } = plan
  const [first, second] = voices
  // Everybody but a chosen speaker is silent.
  if (first === undefined || second === undefined) return { inTurns: true, turns: ONE_TALKER }
  const levels = [
    await readLevels(first.pcmPath, signal),
    await readLevels(second.pcmPath, signal),
  ] as const
  return turnsOf(levels, { frames, firstFrames: windowingOf(plan).motionFrames + 4 })
}

/** @throws AppError `engine_unsupported` when they talk at once, `canceled` */
export async function readTurns(
  plan: RenderPlan,
  signal: AbortSignal,
): Promise<readonly TalkTurn[]> {
  const heard = await listenForTurns(plan, signal)
  if (heard.inTurns) return heard.turns
  const detail = `${sayTogether(heard.atFrame)} Leave "workflow" out on a ComfyUI with the node packs, or name I2V_multi.`
  throw new AppError('engine_unsupported', detail, { pointer: '/workflow' })
}

export function sayTogether(atFrame: number): string {
  return `Both people talk at once at ${(atFrame / FPS).toFixed(1)} s, and ComfyUI's own nodes can only render people who talk in turns.`
}

async function readLevels(path: string, signal: AbortSignal): Promise<Float32Array> {
  await using reader = await PcmReader.open(path)
  const levels = new Float32Array(Math.ceil(reader.samples / SAMPLES_PER_FRAME))
  let sample = 0
  for await (const block of reader.blocks(signal)) {
    for (const value of block) {
      levels[Math.floor(sample / SAMPLES_PER_FRAME)]! += value ** 2
      sample += 1
    }
  }
  return levels.map((power) => Math.sqrt(power / SAMPLES_PER_FRAME))
}
