// Puts the spoken pieces of a text end to end as one WAV file, and finds in each where the voice is heard. The pieces come from a
// server or a program, so each is opened like a file from outside.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JoinedSpeech, MediaJob, PieceToJoin } from '../app/ports/media.ts'
import { abortError } from '../async/abort-error.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import type { SpokenPiece } from '../domain/time-cues.ts'
import { findPauses } from './find-pauses.ts'
import type { MediaTools } from './media-tools.ts'
import { openSound } from './open-sound.ts'
import { runInFolder } from './run-in-folder.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import { fileArgument } from './tool-command.ts'
import { WaveFile } from './wave-file.ts'

/** The rate of OpenAI's speech and of most models. */
const SAMPLE_RATE = 24_000

/** @throws AppError `speech_failed`, `audio_too_long`, `tool_*`, `disk_full`, `canceled` */
export async function joinSpeech(
  pieces: readonly PieceToJoin[],
  media: MediaTools,
  job: MediaJob,
): Promise<JoinedSpeech> {
  if (job.signal.aborted) throw abortError(job.signal)
  const { audioMaxSeconds } = media.limits
  return runInFolder(job.workDir, 'speech', async (folder) => {
    const path = join(folder, 'speech.wav')
    const pcmPath = join(folder, 'piece.pcm')
    await using wave = await WaveFile.create(path, SAMPLE_RATE)
    const joined: SpokenPiece[] = []
    for (const { path: piecePath, gapSeconds } of pieces) {
      const samples = await decode(piecePath, pcmPath, media, job)
      const heard = findPauses(samples, SAMPLE_RATE)
      if (heard === null) {
        throw new AppError('speech_failed', 'The speech server or program made a silent sound.')
      }
      joined.push(shifted(heard, wave.seconds))
      await wave.append(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
      if (wave.seconds > audioMaxSeconds) {
        const detail = `The text takes more than ${audioMaxSeconds} s to speak: make it shorter, or raise INFINITETALK_LIMIT_AUDIO_MAX_SECONDS.`
        throw new AppError('audio_too_long', detail, { pointer: '/audio/text' })
      }
      if (gapSeconds > 0) await wave.appendSilence(gapSeconds)
    }
    await wave.finish()
    return { path, seconds: wave.seconds, pieces: joined }
  })
}

async function decode(
  path: string,
  pcmPath: string,
  { tools, limits }: MediaTools,
  { signal }: MediaJob,
): Promise<Int16Array> {
  const options: ToolOptions = {
    signal,
    timeoutMs: limits.probeTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  try {
    const { input } = await openSound(path, limits.audioMaxBytes, tools.ffprobe, options)
    const length = ['-t', String(limits.audioMaxSeconds + 1)]
    const form = ['-ac', '1', '-ar', String(SAMPLE_RATE), '-c:a', 'pcm_s16le', '-f', 's16le']
    const output = ['-map', '0:a:0', ...length, ...form, '-y', fileArgument(pcmPath)]
    await runTool(tools.ffmpeg, [...input, ...output], options)
    const bytes = await readFile(pcmPath)
    await rm(pcmPath, { force: true })
    // A copy, because a Buffer of a pool may begin at an odd byte.
    return new Int16Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 1)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (!SOUND_CODES.has(error.code)) throw error
    const detail = `The speech server or program made a sound that cannot be read (${error.code}).`
    throw new AppError('speech_failed', detail, { cause: error })
  }
}

/** Failures that the content of the sound causes. */
const SOUND_CODES: ReadonlySet<string> = new Set([
  'audio_unsupported',
  'audio_unreadable',
  'input_empty',
  'tool_failed',
])

function shifted({ fromSeconds, toSeconds, pauses }: SpokenPiece, by: number): SpokenPiece {
  const shift = (span: { readonly fromSeconds: number; readonly toSeconds: number }) => ({
    fromSeconds: span.fromSeconds + by,
    toSeconds: span.toSeconds + by,
  })
  return { ...shift({ fromSeconds, toSeconds }), pauses: pauses.map(shift) }
}
