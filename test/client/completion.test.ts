// Completion and logs of the command line, by the real program.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
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
  expect((await sandbox.run(['completion', 'csh'])).code).toBe(2)
})

const SHELLS = 'apt-get install fish zsh'

describeWith(['fish', 'zsh'], SHELLS, 'the completion, loaded by its shell', () => {
  it('of fish completes commands, second words, options and files', async () => {
    await using sandbox = await createSandbox()
    const script = join(sandbox.folder, 'completion.fish')
    await writeFile(script, (await sandbox.run(['completion', 'fish'])).stdout)
    await writeFile(join(sandbox.folder, 'voices.csv'), '')
    const complete = async (line: string): Promise<readonly string[]> => {
      const words = ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line]
      const { stdout } = await promisify(execFile)('fish', words, { cwd: sandbox.folder })
      return stdout
        .trim()
        .split('\n')
        .map((row) => row.split('\t')[0]!)
    }
    expect(await complete('infinitetalk sub')).toEqual(['submit'])
    expect(await complete('infinitetalk webhooks re')).toEqual(['redeliver'])
    expect(await complete('infinitetalk submit --reu')).toEqual(['--reuse'])
    expect(await complete('infinitetalk batch voi')).toEqual(['voices.csv'])
  })

  it('of zsh completes what somebody types', async () => {
    await using sandbox = await createSandbox()
    const script = join(sandbox.folder, 'completion.zsh')
    await writeFile(script, (await sandbox.run(['completion', 'zsh'])).stdout)
    // A terminal of its own. Reading ends when what is expected has appeared.
    const typing = `zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "autoload -Uz compinit && compinit -u -D; source $1"
      zpty -w -n z $'infinitetalk webhooks re\\t'
      zpty -r -m z said '*webhooks redeliver*'
      zpty -w -n z $'\\C-uinfinitetalk submit --reu\\t'
      zpty -r -m z said '*submit --reuse*'`
    await promisify(execFile)('zsh', ['-f', '-c', typing, 'zsh', script], { timeout: 30_000 })
  })
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
