// One running ComfyUI as a process: started by us, or found again. Knows when and how it ended, and ends it with everything
// that it has started itself.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../domain/errors.ts'
import { liveChildren } from '../../../media/live-children.ts'
import type { Installation } from './find-installation.ts'
import { startLog } from './log-file.ts'
import { identityOf } from './process-identity.ts'
import type { KnownProcess } from './server-record.ts'

export interface ProcessEnd {
  /** Both null for a process that was found again: only its parent learns how it ended. */
  readonly exitCode: number | null
  readonly killedBy: NodeJS.Signals | null
}

export interface ComfyuiProcess {
  readonly known: KnownProcess
  /** Null while it runs. */
  readonly end: ProcessEnd | null
  /** Never rejects. */
  readonly ended: Promise<ProcessEnd>
  /** Ends it and its children: asked first, killed when it does not go. Returns when it is gone. */
  stop(graceMs: number): Promise<void>
}

/** @throws AppError `engine_start_failed` when there is no such program */
export async function startProcess(
  { folder, python }: Installation,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  logPath: string,
): Promise<ComfyuiProcess> {
  const log = await startLog(logPath)
  try {
    const child = spawn(python, ['main.py', ...args], {
      cwd: folder,
      env,
      // A group of its own: Ctrl-C at the terminal reaches this program, which ends ComfyUI in order; and ended as a group,
      // nothing of what it has started keeps the GPU.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) => {
        const detail = `The Python "${python}" could not be started.`
        reject(new AppError('engine_start_failed', detail, { cause }))
      })
    })
    liveChildren.add(child)
    const pid = child.pid ?? 0
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.once('exit', (exitCode, killedBy) => resolve({ exitCode, killedBy }))
    })
    return watched({ pid, identity: await identityOf(pid) }, ended)
  } finally {
    await log.close()
  }
}

/** How often a process that is not our child is looked at. */
const WATCH_MS = 500

/** A process of an earlier run of this program. */
export function adoptProcess(known: KnownProcess): ComfyuiProcess {
  return watched(known, untilGone(known))
}

async function untilGone({ pid, identity }: KnownProcess): Promise<ProcessEnd> {
  while (identity !== null && (await identityOf(pid)) === identity) {
    await sleep(WATCH_MS, undefined, { ref: false })
  }
  return { exitCode: null, killedBy: null }
}

function watched(known: KnownProcess, ended: Promise<ProcessEnd>): ComfyuiProcess {
  const state: { end: ProcessEnd | null } = { end: null }
  const cleared = ended.then((end) => {
    state.end = end
    // Its children may outlive it. They are killed at once: later, the id may belong to another process.
    signalGroup(known.pid, 'SIGKILL')
    return end
  })
  return {
    known,
    ended: cleared,
    get end() {
      return state.end
    },
    async stop(graceMs) {
      if (state.end !== null) return
      signalGroup(known.pid, 'SIGTERM')
      const timer = setTimeout(() => signalGroup(known.pid, 'SIGKILL'), graceMs)
      await cleared
      clearTimeout(timer)
    },
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // Nobody is left in it.
  }
}
