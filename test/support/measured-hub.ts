// A hub in a process of its own, so that its memory can be measured apart from the test's. Its videos have as many bytes as the
// test asks for.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('./measured-hub-program.js', import.meta.url))

export interface MeasuredHub extends AsyncDisposable {
  readonly url: string
  /** Resets the peak. */
  resetPeak(): Promise<void>
  /** The peak memory since the reset, as the system counts it. */
  peakBytes(): Promise<number>
}

export async function startMeasuredHub(videoBytes: number): Promise<MeasuredHub> {
  const child = spawn(process.execPath, [PROGRAM, String(videoBytes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    url: line.toString().trim(),
    resetPeak: () => writeFile(`/proc/${child.pid}/clear_refs`, '5'),
    async peakBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}
