// Renders our workflows on a ComfyUI, through the HTTP API of a real hub: each kind of input, in videos of one, two and
// three windows. The same suite runs over the stand-in of each version and, with COMFYUI_URL, over a real server.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runTool } from '../../src/media/run-tool.ts'
import { fileArgument } from '../../src/media/tool-command.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { shippedTools } from '../support/shipped-tools.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { json, startTestHub } from '../support/test-hub.ts'
import { probeVideo, soundLikeness } from './media-facts.ts'

export interface SuiteServer {
  /** Ends with the test. */
  open(): Promise<{ readonly url: string }>
  /** COMFYUI_HEADERS of it. */
  readonly headers?: string
  /** Side of the videos, in pixels; small for a server that renders on a CPU. */
  readonly side: number
  readonly timeoutMs: number
  /** Further settings of the hub. */
  readonly env?: Readonly<Record<string, string>>
}

/** One prompt for the whole video; each is chosen by its input where the server has the node packs. */
export const WORKFLOW_NAMES = ['I2V_single', 'I2V_multi', 'V2V_single', 'V2V_multi'] as const
/** One prompt for each window, by ComfyUI's own nodes. */
export const WINDOW_WORKFLOW = 'I2V_window'

/** At 81 frames a window of which 9 are shared: one window, two, three. */
export const LENGTHS = [
  { seconds: 1, windows: 1 },
  { seconds: 4.5, windows: 2 },
  { seconds: 7.5, windows: 3 },
] as const

const FPS = 25
const FRAME_SECONDS = 1 / FPS
/** AAC at 160 kbit/s is not the original to the sample. */
const SAME_SOUND = 0.95

/** One render of the suite. */
export interface Cell {
  /** Ours, or one of the server's `env`. */
  readonly workflow: string
  readonly length: (typeof LENGTHS)[number]
}

/** Each of these workflows at each length. */
export function everyCell(workflows: readonly string[]): readonly Cell[] {
  return workflows.flatMap((workflow) => LENGTHS.map((length) => ({ workflow, length })))
}

export function renderSuite(server: SuiteServer, cells: readonly Cell[]): void {
  for (const { workflow, length } of cells) {
    const { seconds, windows } = length
    const name = `${workflow} with ${seconds} s of audio: ${windows} window${windows > 1 ? 's' : ''}`
    it(name, () => checkRender(server, workflow, length), server.timeoutMs)
  }
}

async function checkRender(
  server: SuiteServer,
  workflow: string,
  { seconds, windows }: { readonly seconds: number; readonly windows: number },
): Promise<void> {
  const { url } = await server.open()
  const isOurs = (WORKFLOW_NAMES as readonly string[]).includes(workflow)
  const tools = await shippedTools()
  const files = await createTestFolder()
  const inputs = await makeInputs(files, workflow, seconds)
  await using hub = await startTestHub({
    env: {
      COMFYUI_URL: url,
      INFINITETALK_ENGINE: 'comfyui',
      ...(server.headers === undefined ? {} : { COMFYUI_HEADERS: server.headers }),
      ...server.env,
    },
  })
  const size = { width: server.side, height: server.side }
  const request = { ...inputs.body, ...size, seed: 42, ...(isOurs ? {} : { workflow }) }
  const response = await hub.fetch('/v1/jobs', json(request))
  const accepted = (await response.json()) as { id: string }
  expect(response.status, JSON.stringify(accepted)).toBe(202)
  const told = readProgress(hub, accepted.id)
  const job = await hub.ended(accepted.id, server.timeoutMs)
  expect(job.error).toBeNull()
  expect(job).toMatchObject({ status: 'succeeded', output: { engine: 'comfyui', seed: 42 } })
  expect(job.attempt).toBe(1)
  checkProgress(await told, isOurs || workflow === WINDOW_WORKFLOW ? windows : null)

  const video = new Uint8Array(
    await (await hub.fetch(`/v1/jobs/${accepted.id}/video`)).arrayBuffer(),
  )
  const facts = await probeVideo(video, files, tools)
  expect(facts).toMatchObject({ ...size, frames: Math.ceil(seconds * FPS - 1e-6) })
  expect(Math.abs(facts.videoSeconds - seconds)).toBeLessThanOrEqual(FRAME_SECONDS)
  expect(Math.abs(facts.audioSeconds - seconds)).toBeLessThanOrEqual(FRAME_SECONDS)
  const likeness = soundLikeness(files.path('probed.mp4'), inputs.voices, seconds, tools)
  expect(likeness).toBeGreaterThan(SAME_SOUND)
}

interface ToldProgress {
  readonly stage: string
  readonly progress: number
  readonly step: { readonly unit: string; readonly window?: number; readonly windows?: number }
}

/** The job's own reports while it ran. */
async function readProgress(
  hub: Awaited<ReturnType<typeof startTestHub>>,
  id: string,
): Promise<readonly ToldProgress[]> {
  const headers = { accept: 'application/x-ndjson' }
  const response = await fetch(`${hub.url}/v1/jobs/${id}/events`, { headers })
  const lines = (await response.text()).split('\n').filter((line) => line !== '')
  return lines
    .map((line) => JSON.parse(line) as ToldProgress & { readonly type: string })
    .filter(({ type }) => type === 'progress')
}

/** `windows`: null of a workflow that does not sample. */
function checkProgress(told: readonly ToldProgress[], windows: number | null): void {
  const fractions = told.map(({ progress }) => progress)
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
  if (windows === null) return
  const sampling = told.filter(({ stage }) => stage === 'sampling')
  expect(sampling.length).toBeGreaterThan(0)
  for (const { step } of sampling) expect(step).toMatchObject({ unit: 'steps', windows })
}

interface Inputs {
  readonly body: Readonly<Record<string, unknown>>
  /** The original voices. */
  readonly voices: readonly string[]
}

async function makeInputs(files: TestFolder, workflow: string, seconds: number): Promise<Inputs> {
  const example = (name: string): string => join(ROOT, 'examples', name)
  const isMulti = workflow.endsWith('multi')
  const picture = example(isMulti ? 'two-people.png' : 'portrait.png')
  const spoken = ['speech.wav', ...(isMulti ? ['speech-second-speaker.wav'] : [])]
  const voices: string[] = []
  for (const name of spoken) {
    const path = files.path(name)
    await ffmpeg(['-i', example(name), '-af', 'apad', '-t', String(seconds)], path)
    voices.push(path)
  }
  const base64 = async (path: string) => ({ base64: (await readFile(path)).toString('base64') })
  const audio = await Promise.all(voices.map(base64))
  const body = { audio: isMulti ? audio : audio[0] }
  if (!workflow.startsWith('V2V'))
    return { body: { ...body, image: await base64(picture) }, voices }
  // Another frame rate than ours, and longer than the audio.
  const clip = files.path('clip.mp4')
  const moving = ['-loop', '1', '-framerate', '30', '-i', picture, '-t', String(seconds + 1)]
  await ffmpeg([...moving, '-vf', 'scale=320:320,format=yuv420p'], clip)
  return { body: { ...body, video: await base64(clip) }, voices }
}

async function ffmpeg(args: readonly string[], path: string): Promise<void> {
  const tools = await shippedTools()
  const signal = new AbortController().signal
  await runTool(tools.ffmpeg, [...args, fileArgument(path)], { signal, timeoutMs: 30_000 })
}
