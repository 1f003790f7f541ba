// Names the current run of the operating system. What a killed process wrote survives in the system's memory until the
// machine goes down: bytes that were written but not flushed count only while this mark is the same.
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'

const MINUTE_MS = 60_000

/** Where the system gives no id, the minute in which it started: too strict when the clock is set, never too trusting. */
export async function readBootMark(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  } catch {
    return `started-${Math.round((Date.now() - uptime() * 1000) / MINUTE_MS)}`
  }
}
