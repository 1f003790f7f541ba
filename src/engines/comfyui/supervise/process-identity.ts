// Whether a process id still means the process it meant: ids are used again, and killing a stranger is worse than losing a
// child. A process is known by when it was started, in a run of the operating system.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Equal as long as it is the same process; null when there is none, or when this system does not tell. */
export async function identityOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? identityFromProc(pid) : identityFromPs(pid)
}

async function identityFromProc(pid: number): Promise<string | null> {
  try {
    const [bootId, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    // The name in parentheses may hold anything, spaces and parentheses included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startTime] = [fields[0], fields[19]]
    // A zombie has ended; only its parent has not looked yet.
    return state === 'Z' || startTime === undefined ? null : `${bootId.trim()} ${startTime}`
  } catch {
    return null
  }
}

async function identityFromPs(pid: number): Promise<string | null> {
  if (process.platform === 'win32') return null
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 5000 })
    return stdout.trim() === '' ? null : stdout.trim()
  } catch {
    return null
  }
}
