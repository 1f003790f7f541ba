// The stand-in as a program: a supervisor finds an installation, asks for help, starts it with ComfyUI's options, sees it fail.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { createTestFolder } from '../../support/test-folder.ts'
import { freePort } from './free-port.ts'
import { installStandIn } from './install.ts'
import { COMFY_VERSIONS } from './stand-in.ts'

const run = promisify(execFile)

it.each(COMFY_VERSIONS)(
  '%s prints the options of its version and stops at another',
  async (version) => {
    const { folder, python } = await installStandIn((await createTestFolder()).path('ComfyUI'), {
      version,
    })
    const { stdout } = await run(python, ['main.py', '--help'], { cwd: folder })
    expect(stdout).toContain('--disable-auto-launch')
    expect(stdout.includes('--cache-ram')).toBe(version === '0.28.0')
    const unknown = run(python, ['main.py', '--no-such-option'], { cwd: folder })
    await expect(unknown).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unrecognized arguments: --no-such-option'),
    })
  },
)

it('listens where it is told, keeps its temporary files in temp/temp, ends at SIGTERM', async () => {
  const test = await createTestFolder()
  const { folder, python, starts } = await installStandIn(test.path('ComfyUI'), {
    version: '0.3.64',
  })
  const port = await freePort()
  const args = [
    '--listen',
    '127.0.0.1',
    '--port',
    String(port),
    '--temp-directory',
    test.path('data'),
  ]
  const child = spawn(python, ['main.py', ...args], { cwd: folder, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const stats = await untilUp(`http://127.0.0.1:${port}/system_stats`)
  expect(stats).toMatchObject({ system: { comfyui_version: '0.3.64', argv: ['main.py', ...args] } })
  expect(existsSync(test.path('data/temp'))).toBe(true)
  expect(await starts()).toMatchObject([{ pid: child.pid, args }])
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

it('goes wrong as told: the first start fails, the second works', async () => {
  const { folder, python, starts } = await installStandIn(
    (await createTestFolder()).path('ComfyUI'),
    {
      starts: [{ exit: { code: 1, log: "ModuleNotFoundError: No module named 'torch'" } }, {}],
    },
  )
  const first = run(python, ['main.py'], { cwd: folder })
  await expect(first).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('torch') })
  const port = await freePort()
  const child = spawn(python, ['main.py', '--port', String(port)], { cwd: folder, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  await untilUp(`http://127.0.0.1:${port}/system_stats`)
  expect(await starts()).toHaveLength(2)
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
})

async function untilUp(url: string): Promise<unknown> {
  for (;;) {
    const response = await fetch(url).catch(() => null)
    if (response !== null) return await response.json()
    await sleep(50)
  }
}
