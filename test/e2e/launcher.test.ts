// The launcher: has Node keep what it compiled, and does without where that cannot be.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createSandbox, ROOT } from '../support/run-infinitetalk.ts'

it('takes what was compiled from beside the modules, where only their owner can put it', async () => {
  await using sandbox = await createSandbox()
  const { stderr } = await sandbox.run(['--version'], {
    env: { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
  })
  expect(stderr).toContain(join(ROOT, 'node_modules/.cache/infinitetalk'))
})

it('starts all the same where nothing can be kept', async () => {
  await using sandbox = await createSandbox()
  const file = join(sandbox.folder, 'a-file')
  await writeFile(file, '')
  const { code, stderr } = await sandbox.run(['--version'], { env: { NODE_COMPILE_CACHE: file } })
  expect([code, stderr]).toEqual([0, ''])
})
