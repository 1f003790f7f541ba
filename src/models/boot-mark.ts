// Names the current boot of the operating system. The writes of a killed process survive in the system's memory until the machine
// goes down: bytes that were written but not flushed count only while this mark is the same.
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'

const MINUTE_MS = 60_000

/** On systems without a boot id: the minute in which the system started. It is too strict when the clock is set, never too lax. */
export async function readBootMark(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  } catch {
    return `started-${Math.round((Date.now() - uptime() * 1000) / MINUTE_MS)}`
  }
}
