// A command loads what it uses and no more: how long it takes to start is, above all, how many modules it loads.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSandbox } from '../support/run-infinitetalk.ts'

const COUNTER = new URL('../support/count-modules.ts', import.meta.url).href
const MAX_MODULES = 120

async function modulesOf(words: readonly string[]): Promise<readonly string[]> {
  await using sandbox = await createSandbox()
  const list = join(sandbox.folder, 'modules')
  const env = { NODE_OPTIONS: `--import=${COUNTER}`, INFINITETALK_TEST_MODULES: list }
  const { code, stderr } = await sandbox.run(words, { env })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return (await readFile(list, 'utf8')).split('\n')
}

describe('a start loads few modules', () => {
  it.each([[['--version']], [['--help']]])('infinitetalk %j', async (words) => {
    const modules = await modulesOf(words)
    expect(modules.some((url) => url.endsWith('/src/cli/run-cli.ts'))).toBe(true)
    expect(modules.length).toBeLessThan(MAX_MODULES)
  })

  it('infinitetalk list, with the answer of a hub', async () => {
    await using hub = createServer((_, response) => {
      const page = { object: 'list', data: [], has_more: false, next_cursor: null }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(page))
    })
    await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening))
    const { port } = hub.address() as AddressInfo
    const modules = await modulesOf(['list', '--url', `http://127.0.0.1:${port}`])
    expect(modules.some((url) => url.endsWith('/src/cli/commands/list.ts'))).toBe(true)
    expect(modules.length).toBeLessThan(MAX_MODULES)
  })
})
