// The hub as a process of its own in a folder of its own, for programs outside the test runner: the bench and the pictures of the page.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './run-infinitetalk.ts'

export interface PageHub extends AsyncDisposable {
  readonly url: string
}

export async function startPageHub(env: Readonly<Record<string, string>> = {}): Promise<PageHub> {
  const folder = await mkdtemp(join(tmpdir(), 'page-hub-'))
  const words = ['serve', '--port', '0', '--data-dir', folder, '--json']
  const child = spawn(process.execPath, [join(ROOT, 'bin/infinitetalk.js'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const end = async (): Promise<void> => {
    child.kill()
    await new Promise((gone) => child.once('exit', gone))
    await rm(folder, { recursive: true })
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, url } = JSON.parse(line) as Record<string, unknown>
    if (event !== 'listening') continue
    child.stdout.resume()
    return { url: String(url), [Symbol.asyncDispose]: end }
  }
  throw new Error('The hub ended before it listened.')
}
