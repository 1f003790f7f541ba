// A second hub must say why it cannot start, and take nothing down with it.

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createSandbox } from '../support/run-infinitetalk.ts'

it('14.30, fault 113: a port that is taken is told in one sentence, and the program ends', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  await using sandbox = await createSandbox()
  const { code, stderr } = await sandbox.run(['serve', '--port', String(port)])
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${port} of 127.0.0.1 `)
  expect(stderr).toContain('--port')
  expect(stderr).toContain('config_invalid:')
})
