// The client is for browsers, too: its sources compile with the types of a browser and none of Node's, and each export says
// its type itself, so that declarations can be made file by file.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../support/run-infinitetalk.ts'

it('the client compiles for browsers, without the types of Node', () => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const words = [tsc, '--noEmit', '--project', join(ROOT, 'packages/client')]
  const { stdout, status } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
