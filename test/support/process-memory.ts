// The memory of other processes, as Linux counts it: the peak of one since a reset, and the peak of any of its children, which live
// for a second each.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}

/** The peak resident size. 0 for a process that is gone. */
export async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

export interface ChildWatch extends AsyncDisposable {
  /** The largest child so far. */
  readonly peakBytes: number
}

const LOOK_EVERY_MS = 100

export function watchChildren(pid: number): ChildWatch {
  const end = new AbortController()
  let peak = 0
  const look = async (): Promise<void> => {
    while (!end.signal.aborted) {
      for (const child of await childrenOf(pid)) peak = Math.max(peak, await peakBytes(child))
      await sleep(LOOK_EVERY_MS, undefined, { signal: end.signal }).catch(() => {})
    }
  }
  const looking = look()
  return {
    get peakBytes() {
      return peak
    },
    async [Symbol.asyncDispose]() {
      end.abort()
      await looking
    },
  }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = tasks.map((task) =>
    readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => ''),
  )
  const numbers = (await Promise.all(lists)).flatMap((list) => list.trim().split(' '))
  return numbers.filter((number) => number !== '').map(Number)
}
