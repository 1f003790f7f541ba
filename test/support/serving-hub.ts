// The real hub as its own process: `infinitetalk serve` in a folder of its own, to be killed and started again at will.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { ROOT } from './run-infinitetalk.ts'
import { SHIPPED_TOOLS } from './shipped-tools.ts'

export interface ServingHub {
  readonly url: string
  readonly pid: number
  /** Returns when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Signals its whole process group. Only with `ownGroup`. */
  killGroup(signal: NodeJS.Signals): Promise<void>
}

export interface ServeOptions {
  readonly dataFolder: string
  /** 0 takes a free one; a hub that is started again needs its previous port. */
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
  /** Starts it as the leader of a process group. */
  readonly ownGroup?: boolean
  /** The Node that starts it; by default the one of this process. */
  readonly node?: string
  /** The caller kills it; by default the end of the test does. */
  readonly outlivesTest?: boolean
  /** Further arguments. */
  readonly words?: readonly string[]
}

export async function startHub({
  dataFolder,
  port = 0,
  env = {},
  node = process.execPath,
  ownGroup = false,
  outlivesTest = false,
  words: more = [],
}: ServeOptions): Promise<ServingHub> {
  const words = ['serve', '--port', String(port), '--data-dir', dataFolder, '--json', ...more]
  const child = spawn(node, [join(ROOT, 'bin/infinitetalk.js'), ...words], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...SHIPPED_TOOLS, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: ownGroup,
  })
  const killWith = async (send: () => void): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    send()
    await gone
  }
  const kill = (signal: NodeJS.Signals): Promise<void> => killWith(() => child.kill(signal))
  const killGroup = (signal: NodeJS.Signals): Promise<void> =>
    killWith(() => process.kill(-child.pid!, signal))
  if (!outlivesTest) onTestFinished(() => kill('SIGKILL'))
  return { url: await listeningUrl(child), pid: child.pid!, kill, killGroup }
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! })
  for await (const line of lines) {
    const { event, url } = JSON.parse(line) as Record<string, unknown>
    if (event !== 'listening') continue
    // All later output must be read as well, or the pipe fills up and the hub stalls.
    child.stdout!.resume()
    return String(url)
  }
  throw new Error('The hub ended before it listened.')
}
