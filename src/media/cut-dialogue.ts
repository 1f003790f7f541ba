// Cuts one sound into a track for each of two people. Each track is as long as the sound and silent while the other one speaks, so
// that their lips keep the time of the sound. The tracks only drive the lips: the finished video has the original sound.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Speaker, Turn } from '@infinitetalk/contract'
import type { MediaJob } from '../app/ports/media.ts'
import type { StagedVoice } from '../domain/plan.ts'
import { hearsSpeech } from './hear-speech.ts'
import { PcmReader, SAMPLE_RATE_HZ } from './pcm-reader.ts'
import { runInFolder } from './run-in-folder.ts'
import { WaveFile } from './wave-file.ts'

/** A cut within a sound would click, and a click opens the mouth. */
const FADE_SAMPLES = SAMPLE_RATE_HZ / 100

/** @throws AppError `disk_full`, `canceled` */
export function cutDialogue(
  voice: StagedVoice,
  turns: readonly Turn[],
  job: MediaJob,
): Promise<readonly [StagedVoice, StagedVoice]> {
  return runInFolder(job.workDir, 'dialogue', async (folder) => {
    const trackOf = async (speaker: Speaker): Promise<StagedVoice> => {
      const path = join(folder, `${speaker}.wav`)
      const pcmPath = join(folder, `${speaker}.pcm`)
      await writeTrack(voice.pcmPath, { path, pcmPath }, turnsOf(turns, speaker), job.signal)
      const hasSpeech = voice.hasSpeech && (await hearsSpeech(pcmPath, job.signal))
      return { path, pcmPath, seconds: voice.seconds, channel: null, hasSpeech }
    }
    return [await trackOf('left'), await trackOf('right')]
  })
}

interface SampleSpan {
  readonly from: number
  readonly to: number
}

function turnsOf(turns: readonly Turn[], speaker: Speaker): readonly SampleSpan[] {
  return turns
    .filter((turn) => turn.speaker === speaker)
    .map(({ fromSeconds, toSeconds }) => ({
      from: Math.round(fromSeconds * SAMPLE_RATE_HZ),
      to: Math.round(toSeconds * SAMPLE_RATE_HZ),
    }))
}

async function writeTrack(
  fromPath: string,
  { path, pcmPath }: { readonly path: string; readonly pcmPath: string },
  spans: readonly SampleSpan[],
  signal: AbortSignal,
): Promise<void> {
  await using reader = await PcmReader.open(fromPath)
  await using pcm = await open(pcmPath, 'wx')
  await using wave = await WaveFile.create(path, SAMPLE_RATE_HZ)
  let first = 0
  for await (const samples of reader.blocks(signal)) {
    const kept = new DataView(new ArrayBuffer(samples.length * 2))
    for (const { from, to } of spans) {
      const end = Math.min(samples.length, to - first)
      for (let index = Math.max(0, from - first); index < end; index += 1) {
        const edge = Math.min(first + index - from, to - 1 - first - index)
        const gain = Math.min(1, (edge + 1) / FADE_SAMPLES)
        kept.setInt16(index * 2, Math.round(samples[index]! * gain), true)
      }
    }
    const bytes = new Uint8Array(kept.buffer)
    await pcm.write(bytes)
    await wave.append(bytes)
    first += samples.length
  }
  await wave.finish()
}
