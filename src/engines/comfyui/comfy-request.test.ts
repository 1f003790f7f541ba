// A render of an hour makes two hundred thousand requests with one signal: none may leave anything behind. Signals are counted in a
// process of its own: each count walks the whole heap, which in this one holds the tests before this test.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { startHttpServer } from '../../../test/support/hit-counter.ts'

const PROGRAM = `
  import { setTimeout } from 'node:timers/promises'
  import { queryObjects } from 'node:v8'
  import { parseComfyAddress } from ${JSON.stringify(new URL('comfy-address.ts', import.meta.url).href)}
  import { ask } from ${JSON.stringify(new URL('comfy-request.ts', import.meta.url).href)}

  const address = parseComfyAddress(process.argv[1])
  const { signal } = new AbortController()
  const countSignals = () => queryObjects(AbortSignal, { format: 'count' })
  const before = countSignals()
  for (let count = 0; count < 100; count += 1) {
    await ask(address, { path: '/', signal, timeoutMs: 3_600_000 })
  }
  // The garbage collector frees weak references some turns later.
  let left = countSignals() - before
  for (let tries = 0; left >= 10 && tries < 100; tries += 1) {
    await setTimeout(100)
    left = countSignals() - before
  }
  console.log(left)
  process.exit()
`

it('an answered request leaves no signal behind, however long its deadline', async () => {
  let requests = 0
  const server = await startHttpServer((_, response) => {
    requests += 1
    response.end('an answer')
  })
  onTestFinished(() => server.close())
  const words = ['--input-type=module-typescript', '--eval', PROGRAM, server.url()]
  const { stdout } = await promisify(execFile)(process.execPath, words)
  expect(Number(stdout)).toBeLessThan(10)
  expect(requests).toBe(100)
})
