// The log of a supervised ComfyUI. It writes into a file and not into a pipe of ours: a pipe breaks when this program is
// killed, and with it the render that the next start wants to find again. The file is bounded, and kept for one start more.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open, rename, stat, truncate } from 'node:fs/promises'
import { firstLine } from '../explain/first-line.ts'

const TAIL_BYTES = 64 * 1024
const TAIL_LINES = 200
const MAX_LOG_BYTES = 32 * 1024 * 1024
/** How far back a line that names an error is preferred to the last one: behind it come stacks and farewells. */
const NEAR_LINES = 40

/** Opens an empty log for appending: what it holds may be cut while the other process goes on writing. */
export async function startLog(path: string) {
  await rename(path, `${path}.before`).catch(() => {})
  return open(path, 'a', 0o600)
}

/** Cuts a log that has become too long. */
export async function boundLog(path: string): Promise<void> {
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  if (size > MAX_LOG_BYTES) await truncate(path, 0).catch(() => {})
}

/** The last lines, at most 200; none when there is no log. Synchronous: asked when something has just died. */
export function readTail(path: string): readonly string[] {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return []
  }
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length)
    // Progress bars write over their line with a carriage return.
    const lines = bytes.toString('utf8', 0, read).split(/[\r\n]+/)
    return lines.filter((line) => line.trim() !== '').slice(-TAIL_LINES)
  } catch {
    return []
  } finally {
    closeSync(file)
  }
}

const NAMES_AN_ERROR = /^\s*(\w+\.)*\w*(Error|Exception|Interrupt)\b|\berror:|^fatal\b|\bfailed:/i
const PROGRESS_BAR = /\d+%\|/

/** The line that says most about why it ended; null when the log says nothing. */
export function meaningfulLine(lines: readonly string[]): string | null {
  const said = lines
    .filter((line) => !PROGRESS_BAR.test(line))
    .map((line) => firstLine(line))
    .filter((line) => line !== '')
  const error = said.slice(-NEAR_LINES).findLast((line) => NAMES_AN_ERROR.test(line))
  return error ?? said.at(-1) ?? null
}
