// A hub with a job whose video grows window by window on a stand-in, which stops between two windows for as long as a test wants.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { startTestHub, type TestHub, tinyRequest } from '../../support/test-hub.ts'
import { wavFile } from '../../support/wav-file.ts'
import { type StandIn, startStandIn } from '../standin/stand-in.ts'

/** 81 + 2 * 72 frames, and 57 in the last window. */
export const SECONDS = 11.28
export const WINDOWS = 4
export const FRAMES = 282
export const KEY = '0123456789abcdef0123456789abcdef'
export const AUTHORIZED = { authorization: `Bearer ${KEY}` }

const HELD_MS = 600_000
const DEADLINE_MS = 100_000

export interface GrowingVideo {
  readonly hub: TestHub
  readonly standIn: StandIn
  readonly id: string
  /** Lets the windows go on that the stand-in holds back. */
  release(): void
}

export async function startWindowedHub(
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly hub: TestHub; readonly standIn: StandIn }> {
  const standIn = await startStandIn({ version: '0.33.0', msPerStep: 100 })
  onTestFinished(() => standIn.close())
  const hub = await startTestHub({
    env: {
      INFINITETALK_ENGINE: 'comfyui',
      COMFYUI_URL: standIn.url,
      ...env,
    },
  })
  onTestFinished(() => hub.stop())
  return { hub, standIn }
}

export async function windowedRequest(
  members: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const audio = { base64: wavFile({ samples: Math.round(SECONDS * 16_000) }).toString('base64') }
  const size = { width: 64, height: 64 }
  return { ...(await tinyRequest()), ...size, audio, preset: 'draft', seed: 42, ...members }
}

/** The job has two windows, and no more than three, until it is released. */
export async function startGrowingVideo(
  env: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<GrowingVideo> {
  const { hub, standIn } = await startWindowedHub(env)
  const response = await hub.fetch('/v1/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(await windowedRequest()),
  })
  const { id } = (await response.json()) as { readonly id: string }
  await until(async () => standIn.count('POST', '/prompt') >= 2)
  standIn.control.addForeignPrompt(HELD_MS)
  return { hub, standIn, id, release: () => standIn.control.interruptForeign() }
}

/** The pictures of a video, each as its hash. */
export async function framesOf(source: string): Promise<readonly string[]> {
  const args = ['-v', 'error', '-i', source, '-map', '0:v', '-f', 'framemd5', '-']
  const { stdout } = await promisify(execFile)('ffmpeg', args)
  const lines = stdout.split('\n').filter((line) => /^\d/.test(line))
  return lines.map((line) => line.split(',').at(-1)!.trim())
}

/** The status and the code of a refusal. */
export async function codeOf(answer: Response): Promise<unknown> {
  return [answer.status, ((await answer.json()) as { readonly code: string }).code]
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not become so in time.')
    await sleep(20)
  }
}
