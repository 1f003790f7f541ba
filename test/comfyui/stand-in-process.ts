// A ComfyUI of the stand-in in a process of its own, to be killed and started again on the same port with the same files, as a
// machine is that lost its power.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { TestFolder } from '../support/test-folder.ts'
import { freePort } from './standin/free-port.ts'
import { installStandIn, type StartBehaviour } from './standin/install.ts'
import type { StandInOptions } from './standin/stand-in.ts'

export interface StandInProcess {
  readonly url: string
  readonly pid: number
  readonly isUp: boolean
  /** Returns when the process is gone. */
  kill(): Promise<void>
  /** Returns when it answers. */
  start(): Promise<void>
}

export interface StandInProcessOptions {
  readonly speed?: Pick<StandInOptions, 'msPerStep' | 'msPerWindow' | 'msPerNode'>
  /** One for each start. */
  readonly behaviour?: StartBehaviour
}

/** Started, with ComfyUI's own nodes. */
export async function startStandInProcess(
  folder: TestFolder,
  name: string,
  { speed = {}, behaviour = {} }: StandInProcessOptions = {},
): Promise<StandInProcess> {
  const options = { version: '0.33.0', speed, starts: [behaviour] } as const
  const { folder: home, python } = await installStandIn(folder.path(name), options)
  const port = await freePort()
  let child: ChildProcess | null = null
  const kill = async (): Promise<void> => {
    if (child === null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    child = null
  }
  onTestFinished(kill)
  const server: StandInProcess = {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return child?.pid ?? 0
    },
    get isUp() {
      return child !== null
    },
    kill,
    async start() {
      const started = spawn(python, ['main.py', '--port', String(port)], {
        cwd: home,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      child = started
      for await (const line of createInterface({ input: started.stdout })) {
        if (!line.startsWith('To see the GUI')) continue
        started.stdout.resume()
        return
      }
      throw new Error('The stand-in ended before it listened.')
    },
  }
  await server.start()
  return server
}
