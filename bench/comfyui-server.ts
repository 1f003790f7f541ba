// A ComfyUI of the stand-in in a process of its own: it draws its pictures beside the hub that is measured.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../test/comfyui/standin/free-port.ts'
import { installStandIn } from '../test/comfyui/standin/install.ts'

interface Speed {
  readonly msPerStep: number
  readonly msPerWindow: number
}

/** Ready when this returns; gone with its files when it is disposed of. */
export async function startServer(speed: Speed) {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const { python } = await installStandIn(join(folder, 'ComfyUI'), {
    version: '0.33.0',
    speed,
  })
  const port = await freePort()
  const child = spawn(python, ['main.py', '--port', String(port)], {
    cwd: join(folder, 'ComfyUI'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('To see the GUI')) break
  }
  child.stdout.resume()
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}
