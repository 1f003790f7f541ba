// Converts a voice from outside to samples. It is decoded once, at most up to the maximum length of a voice, and its length is
// counted instead of read from the header. ffmpeg writes the file, so memory does not grow with it.
import { rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaJob } from '../app/ports/media.ts'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import type { StagedVoice } from '../domain/plan.ts'
import { blameInput, undecodable } from './blame-input.ts'
import { chooseChannel, writeChannel } from './choose-channel.ts'
import { hearsSpeech } from './hear-speech.ts'
import type { MediaTools } from './media-tools.ts'
import { openSound } from './open-sound.ts'
import { probeSound, type SoundFacts } from './probe-sound.ts'
import { runInFolder } from './run-in-folder.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import { fileArgument } from './tool-command.ts'

/** The sample rate of speech models and of the preview engine's tracker. */
const STAGED_SAMPLE_RATE = 16_000
const BYTES_PER_SAMPLE = 2

/** FLAC states its length exactly; half a second is far more than any rounding. */
const CLAIM_TOLERANCE_SECONDS = 0.5

/** @throws AppError `audio_*`, `input_empty`, `input_too_large`, `path_*`, `tool_timeout`, `disk_full`, `canceled` */
export async function stageVoice(
  path: string,
  { tools, limits }: MediaTools,
  job: MediaJob,
): Promise<StagedVoice> {
  if (job.signal.aborted) throw abortError(job.signal)
  const options: ToolOptions = {
    signal: job.signal,
    timeoutMs: limits.probeTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  const sound = await openSound(path, limits.audioMaxBytes, tools.ffprobe, options)
  const { name, input } = sound
  const facts = await probeSound(tools.ffprobe, sound, options)
  checkFacts(name, facts, limits)
  return runInFolder(job.workDir, 'voice', async (folder) => {
    const pcmPath = join(folder, 'voice.pcm')
    const bothPath = facts.channels > 1 ? join(folder, BOTH_NAME) : null
    const decode = decodeArguments(input, limits.audioMaxSeconds, pcmPath, bothPath)
    const { stderr } = await blameInput(name, 'audio_unreadable', () =>
      runTool(tools.ffmpeg, decode, options),
    )
    const channel = facts.channels > 1 ? await settleChannel(folder, pcmPath, job.signal) : null
    const { size } = await stat(pcmPath)
    const seconds = size / BYTES_PER_SAMPLE / STAGED_SAMPLE_RATE
    if (size === 0 && stderr !== '') throw undecodable(name, 'audio_unreadable', stderr)
    checkLength(name, seconds, limits)
    if (sound.container === 'flac') checkClaim(name, seconds, facts.claimedSeconds)
    const hasSpeech = await hearsSpeech(pcmPath, job.signal)
    if (!hasSpeech) await silence(pcmPath, size)
    return { path, pcmPath, seconds, channel, hasSpeech }
  })
}

/** Stereo samples beside the mix. They are deleted before the voice is handed on. */
const BOTH_NAME = 'both.pcm'

/** Replaces the mix by one channel when the channels cancel each other. */
async function settleChannel(
  folder: string,
  pcmPath: string,
  signal: AbortSignal,
): Promise<0 | 1 | null> {
  const bothPath = join(folder, BOTH_NAME)
  const channel = await chooseChannel(bothPath, signal)
  if (channel !== null) await writeChannel(bothPath, channel, pcmPath, signal)
  await rm(bothPath)
  return channel
}

/** Silences a voice without speech, because tones that come and go would open the mouth. */
async function silence(pcmPath: string, bytes: number): Promise<void> {
  await truncate(pcmPath, 0)
  await truncate(pcmPath, bytes)
}

/**
 * Decodes one second more than allowed, which shows that a voice is too long. Samples are put end to end, without their time
 * stamps; the finishing step does the same with the sound of the video, so lips and sound agree.
 */
function decodeArguments(
  input: readonly string[],
  maxSeconds: number,
  pcmPath: string,
  bothPath: string | null,
): string[] {
  const output = (channels: number, path: string): string[] => [
    ...['-map', '0:a:0', '-af', 'asetpts=N/SR/TB', '-t', String(maxSeconds + 1)],
    ...['-ac', String(channels), '-ar', String(STAGED_SAMPLE_RATE)],
    ...['-c:a', 'pcm_s16le', '-f', 's16le', fileArgument(path)],
  ]
  return [
    ...['-threads', '1', ...input, ...output(1, pcmPath)],
    ...(bothPath === null ? [] : output(2, bothPath)),
  ]
}

function checkFacts(name: string, { channels, sampleRate }: SoundFacts, limits: Limits): void {
  if (channels < 1 || !(sampleRate > 0)) {
    throw new AppError(
      'audio_unreadable',
      `${name} has an audio track without channels or sample rate.`,
    )
  }
  if (channels > limits.audioMaxChannels) {
    throw new AppError(
      'audio_unsupported',
      `${name} has ${channels} channels; at most ${limits.audioMaxChannels} are supported.`,
    )
  }
  if (sampleRate < limits.audioMinSampleRate || sampleRate > limits.audioMaxSampleRate) {
    throw new AppError(
      'audio_unsupported',
      `${name} has ${sampleRate} samples a second; ${limits.audioMinSampleRate} to ${limits.audioMaxSampleRate} are supported.`,
    )
  }
}

function checkLength(name: string, seconds: number, limits: Limits): void {
  if (seconds < limits.audioMinSeconds) {
    throw new AppError(
      'audio_too_short',
      `${name} holds ${seconds.toFixed(2)} seconds of sound; at least ${limits.audioMinSeconds} are needed.`,
      { meta: { seconds, minSeconds: limits.audioMinSeconds } },
    )
  }
  if (seconds > limits.audioMaxSeconds) {
    throw new AppError(
      'audio_too_long',
      `${name} holds more than ${limits.audioMaxSeconds} seconds of sound.`,
      { meta: { maxSeconds: limits.audioMaxSeconds } },
    )
  }
}

function checkClaim(name: string, seconds: number, claimedSeconds: number | null): void {
  if (claimedSeconds === null || seconds >= claimedSeconds - CLAIM_TOLERANCE_SECONDS) return
  throw new AppError(
    'audio_unreadable',
    `${name} is cut: it should last ${claimedSeconds.toFixed(1)} seconds and ends after ${seconds.toFixed(1)}.`,
    { meta: { seconds, claimedSeconds } },
  )
}
