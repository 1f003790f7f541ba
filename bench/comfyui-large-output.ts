// Measures the memory of a real hub process while it downloads a video of a gigabyte from ComfyUI: a small video, enlarged by a
// box that players skip. Linux only, because the peak memory of a process comes from /proc.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type StandIn, startStandIn } from '../test/comfyui/standin/stand-in.ts'

const BYTES = 1_000_000_000
/** The delay from the end of the render to its entry in the history leaves time to enlarge the file. */
const HISTORY_LATE_MS = 3000
const POLL_MS = 20
const TIMEOUT_MS = 180_000
const ROOT = join(import.meta.dirname, '..')

export async function measureLargeOutput(signal: AbortSignal) {
  if (process.platform !== 'linux') return null
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  await using server = await startStandIn({ faults: { historyLateMs: HISTORY_LATE_MS } })
  const hub = spawn(
    process.execPath,
    [join(ROOT, 'bin/infinitetalk.js'), 'serve', '--port', '0', '--data-dir', folder, '--json'],
    {
      env: {
        PATH: process.env.PATH,
        COMFYUI_URL: server.url,
        INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  try {
    const url = await listeningUrl(hub)
    const idleMb = await peakMb(hub)
    const id = await submit(url)
    await enlarge(server, deadline)
    const bytes = await waitForVideo(url, id, deadline)
    return { bytes, idleMb, peakMb: await peakMb(hub) }
  } finally {
    const gone = once(hub, 'exit')
    hub.kill('SIGTERM')
    await gone
    await rm(folder, { recursive: true, force: true })
  }
}

async function listeningUrl(hub: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: hub.stdout! })) {
    const { event, url } = JSON.parse(line) as Record<string, unknown>
    if (event !== 'listening') continue
    hub.stdout!.resume()
    return String(url)
  }
  throw new Error('The hub exited before it listened.')
}

async function submit(url: string): Promise<string> {
  const base64 = async (name: string) => ({
    base64: (await readFile(join(ROOT, 'examples', name))).toString('base64'),
  })
  const response = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      image: await base64('portrait.png'),
      audio: await base64('speech.wav'),
      ...{ width: 64, height: 64, max_frames: 25 },
    }),
  })
  return ((await response.json()) as { id: string }).id
}

/** Appends a box of free space to every video that ComfyUI has written. The box is sparse: it takes no disk space. */
async function enlarge(server: StandIn, signal: AbortSignal): Promise<void> {
  while (server.control.queueLength() === 0) await sleep(POLL_MS, undefined, { signal })
  while (server.control.queueLength() > 0) await sleep(POLL_MS, undefined, { signal })
  const { temp } = server.folders
  const videos = (await readdir(temp, { recursive: true })).filter((name) => name.endsWith('.mp4'))
  for (const name of videos) {
    await using file = await open(join(temp, name), 'r+')
    const { size } = await file.stat()
    const header = Buffer.alloc(8)
    header.writeUInt32BE(BYTES, 0)
    header.write('free', 4, 'latin1')
    await file.write(header, 0, header.length, size)
    await file.truncate(size + BYTES)
  }
}

/** @returns the number of bytes downloaded from ComfyUI */
async function waitForVideo(url: string, id: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    const job = (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as {
      readonly status: string
      readonly error: unknown
    }
    if (job.status === 'succeeded') return BYTES
    if (job.status === 'failed') throw new Error(JSON.stringify(job.error))
    await sleep(POLL_MS, undefined, { signal })
  }
}

/** The peak memory of the process. */
async function peakMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}
