// Completion and logs of the command line, by the real program.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { startTestHub } from '../support/test-hub.ts'

it('completes commands, second words and options in bash', async () => {
  await using sandbox = await createSandbox()
  const { code, stdout } = await sandbox.run(['completion', 'bash'])
  expect(code).toBe(0)
  const script = join(sandbox.folder, 'completion.bash')
  await writeFile(script, stdout)
  const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
    const text = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _infinitetalk; echo "\${COMPREPLY[@]}"`
    const asked = ['-c', text, script, 'infinitetalk', ...words]
    return (await promisify(execFile)('bash', asked)).stdout.trim().split(' ')
  }
  expect(await complete('sub')).toEqual(['submit'])
  expect(await complete('webhooks', 're')).toEqual(['redeliver'])
  expect(await complete('submit', '--reu')).toEqual(['--reuse'])
  expect((await sandbox.run(['completion', 'fish'])).stdout).toContain('-l reuse')
  expect((await sandbox.run(['completion', 'csh'])).code).toBe(2)
})

it('prints the events of a job', async () => {
  await using hub = await startTestHub()
  await using sandbox = await createSandbox()
  const id = await hub.submit()
  await hub.ended(id)
  const { code, events } = await sandbox.run(['logs', id, '--url', hub.url, '--json'])
  expect(code).toBe(0)
  const types = events().map(({ type }) => type)
  expect(types[0]).toBe('queued')
  expect(types.at(-1)).toBe('succeeded')
  const { stdout } = await sandbox.run(['logs', id, '--url', hub.url])
  expect(stdout).toMatch(/^[\d-]{10} [\d:]{8} {13}queued$/m)
  expect(stdout).toMatch(/ attempt 1 {2}succeeded {9}\d+ kB, \d+\.\d\d s$/m)
})
