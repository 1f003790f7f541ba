// The clip that the benches of the preview engine make: the shipped portrait and the shipped voice, repeated as long as wanted.
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '../src/domain/limits.ts'
import type { RenderPlan } from '../src/domain/plan.ts'
import { createMedia } from '../src/media/create-media.ts'
import { findTools } from '../src/media/find-tools.ts'
import { runTool } from '../src/media/run-tool.ts'
import type { Tools } from '../src/media/tool.ts'
import { fileArgument } from '../src/media/tool-command.ts'
import { samplePlan } from '../test/support/sample-plan.ts'

const IMAGE = join(import.meta.dirname, '../examples/portrait.png')
const VOICE = join(import.meta.dirname, '../examples/speech.wav')
export const TIMEOUT_MS = 600_000

export interface Bench {
  readonly tools: Tools
  readonly folder: string
  readonly signal: AbortSignal
}

export async function toolsOfPath(): Promise<Tools> {
  return findTools({ ffmpegPath: null, ffprobePath: null, searchPath: process.env.PATH ?? '' })
}

export async function planClip(bench: Bench, size: number, seconds: number): Promise<RenderPlan> {
  const { tools, folder, signal } = bench
  const workDir = await mkdtemp(join(folder, 'inputs-'))
  const voicePath = join(workDir, 'voice.wav')
  const looped = ['-stream_loop', '-1', '-i', fileArgument(VOICE), '-t', String(seconds)]
  await runTool(tools.ffmpeg, [...looped, fileArgument(voicePath)], {
    signal,
    timeoutMs: TIMEOUT_MS,
  })
  const media = createMedia({ tools, limits: DEFAULT_LIMITS })
  const voice = await media.stageVoice(voicePath, { workDir, signal })
  const image = await media.stageImage(IMAGE, { workDir, signal })
  return samplePlan(image, voice, { width: size, height: size, fit: 'crop' })
}
