// Shared by media tests: the port over each pair of programs on this machine, a job folder that must be empty after an error, and
// ffmpeg to make samples with.
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { ErrorCode } from '@infinitetalk/contract'
import { expect } from 'vitest'
import type { Media, MediaJob } from '../../src/app/ports/media.ts'
import { AppError } from '../../src/domain/errors.ts'
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts'
import { createMedia } from '../../src/media/create-media.ts'
import { findTools } from '../../src/media/find-tools.ts'
import { runTool } from '../../src/media/run-tool.ts'
import type { Tools } from '../../src/media/tool.ts'
import { fileArgument } from '../../src/media/tool-command.ts'
import { createTestFolder, type TestFolder } from './test-folder.ts'

export interface ToolSet {
  /** For the name of a suite. */
  readonly label: string
  readonly tools: Tools
}

/** The programs that `npm ci` brings; in `npm run test:long` every set on this machine. */
export async function toolSets(): Promise<readonly ToolSet[]> {
  const every = await everyToolSet()
  return process.env.INFINITETALK_TEST_LONG === '1' ? every : every.slice(0, 1)
}

/** The programs that `npm ci` brings and, if it is another, the one this machine prefers. */
export async function everyToolSet(): Promise<readonly ToolSet[]> {
  const find = async (searchPath: string): Promise<ToolSet> => {
    const tools = await findTools({ ffmpegPath: null, ffprobePath: null, searchPath })
    return { label: `${tools.ffmpeg.origin} ffmpeg ${tools.ffmpeg.version}`, tools }
  }
  const [shipped, preferred] = await Promise.all([find(''), find(process.env.PATH ?? '')])
  return shipped.tools.ffmpeg.path === preferred.tools.ffmpeg.path
    ? [shipped]
    : [shipped, preferred]
}

export interface MediaBench {
  readonly media: Media
  readonly tools: Tools
  readonly job: MediaJob
  readonly files: TestFolder
  /** The files left in the job's folder. */
  leftovers(): readonly string[]
}

export async function createMediaBench(
  tools: Tools,
  options: { readonly limits?: Partial<Limits>; readonly signal?: AbortSignal } = {},
): Promise<MediaBench> {
  const files = await createTestFolder()
  const workDir = files.path('job')
  await mkdir(workDir)
  return {
    media: createMedia({ tools, limits: { ...DEFAULT_LIMITS, ...options.limits } }),
    tools,
    job: { workDir, signal: options.signal ?? new AbortController().signal },
    files,
    leftovers: () => readdirSync(workDir),
  }
}

/** Makes a sample; `args` are ffmpeg's without the output file. */
export async function makeSample(
  { tools, files }: Pick<MediaBench, 'tools' | 'files'>,
  name: string,
  args: readonly string[],
): Promise<string> {
  const path = files.path(name)
  const signal = new AbortController().signal
  await runTool(tools.ffmpeg, [...args, fileArgument(path)], { signal, timeoutMs: 30_000 })
  return path
}

/** Expects the work to be rejected with this code, and nothing to be left behind. */
export async function expectRefusal(
  bench: MediaBench,
  work: Promise<unknown>,
  ...codes: readonly ErrorCode[]
): Promise<AppError> {
  const error = await work.then(
    (value) => expect.fail(`was not refused: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(AppError)
  const refusal = error as AppError
  expect(codes, refusal.message).toContain(refusal.code)
  expect(bench.leftovers()).toEqual([])
  return refusal
}

/** Processes of this machine whose command line names the folder; empty where there is no /proc. */
export function processesNaming(folder: string): readonly string[] {
  return pidsNaming(folder).map((pid) => readCommandLine(String(pid)))
}

export function pidsNaming(folder: string): readonly number[] {
  const own = String(process.pid)
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== own)
    .filter((pid) => readCommandLine(pid).includes(folder))
    .map(Number)
}

/** Only processes that this process started: other tests run at the same time, and start programs of the same name. */
export function childrenNaming(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === process.pid)
    .map((pid) => readCommandLine(pid))
    .filter((command) => command.includes(text))
}

function parentOf(pid: string): number | null {
  try {
    // "pid (name) state parent ...": the name may hold anything.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return Number(parent)
  } catch {
    return null
  }
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
