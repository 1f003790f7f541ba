// Runs one script of deploy/docker the way the image's build does, with what it needs from elsewhere on this machine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { ROOT } from '../support/run-infinitetalk.ts'

export interface ScriptResult {
  readonly code: number | null
  /** Both streams together. */
  readonly said: string
}

export interface ScriptOptions {
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
}

export function runScript(
  name: string,
  words: readonly string[],
  options: ScriptOptions = {},
): Promise<ScriptResult> {
  return runProgram(join(ROOT, 'deploy/docker', name), words, options)
}

export async function runProgram(
  program: string,
  words: readonly string[],
  { folder = ROOT, env = {} }: ScriptOptions = {},
): Promise<ScriptResult> {
  const child = spawn(program, words, {
    cwd: folder,
    // The Node that runs the tests is the one of the image. A person's own git configuration is not there, nor what npm tells
    // the scripts that it runs.
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}
