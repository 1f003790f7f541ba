// How much memory ten minutes of voice take: the peak of a process that renders them at 512x512, ffmpeg not counted, in five
// processes one after the other. Takes minutes. `node bench/run.ts preview-memory`
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPreviewEngine } from '../src/engines/preview/preview-engine.ts'
import { planClip, TIMEOUT_MS, toolsOfPath } from './preview-clip.ts'

const SECONDS = 600
const SIZE = 512
const RUNS = 5

export interface PreviewMemory {
  readonly seconds: number
  readonly size: number
  /** Peak resident memory of each run, in megabytes of 1,000,000 bytes. */
  readonly peaksMb: readonly number[]
}

export async function benchPreviewMemory(signal: AbortSignal): Promise<PreviewMemory> {
  const peaksMb: number[] = []
  for (let run = 0; run < RUNS; run++) {
    // As bin/infinitetalk.js starts a render.
    const program = ['--semi-space-growth-factor=1', import.meta.filename]
    const { stdout } = await promisify(execFile)(process.execPath, program, {
      signal,
      timeout: 2 * TIMEOUT_MS,
    })
    peaksMb.push(Number(stdout))
  }
  return { seconds: SECONDS, size: SIZE, peaksMb }
}

export function previewMemoryTable({ peaksMb, seconds, size }: PreviewMemory): string {
  const [least, most] = [Math.min(...peaksMb), Math.max(...peaksMb)].map((mb) => mb.toFixed(0))
  return `memory for ${seconds} s of voice at ${size}x${size}: ${least} to ${most} MB in ${peaksMb.length} runs`
}

/** One render; prints the peak. */
async function renderLongVoice(): Promise<void> {
  const { signal } = new AbortController()
  const tools = await toolsOfPath()
  const folder = await mkdtemp(join(tmpdir(), 'bench-memory-'))
  try {
    const plan = await planClip({ tools, folder, signal }, SIZE, SECONDS)
    const workDir = join(folder, 'render')
    await mkdir(workDir)
    await createPreviewEngine({ tools }).generate(plan, { workDir, signal, onProgress: () => {} })
    console.log((process.resourceUsage().maxRSS * 1024) / 1e6)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) await renderLongVoice()
