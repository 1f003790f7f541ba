// A suite that needs a program declares it here. If the program is absent, the suite is skipped and says how to get it; with
// INFINITETALK_TEST_ALL=1 (CI) absence is a failure, so that nothing is skipped silently.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from 'vitest'

/** The program's path, or null when it is not installed. */
export function findProgram(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(existsSync) ?? null
}

/** Like `describe`, but runs only if all programs are installed. `how` says how to get them, e.g. `apt-get install flite`. */
export function describeWith(
  programs: readonly string[],
  how: string,
  name: string,
  body: () => void,
): void {
  const missing = programs.filter((program) => findProgram(program) === null)
  if (missing.length === 0) {
    describe(name, body)
  } else if (process.env.INFINITETALK_TEST_ALL === '1') {
    describe(name, () => {
      it(`needs ${missing.join(', ')}`, () => {
        throw new Error(`missing: ${missing.join(', ')}. Get it: ${how}`)
      })
    })
  } else {
    describe(`${name} (skipped: no ${missing.join(', ')}; get it: ${how})`, () => {
      it.skipIf(true)('not run', () => {})
    })
  }
}

/** The first Python that can import the package; null when none can. */
export function pythonWith(name: string): string | null {
  const pythons = ['python3', '/usr/bin/python3']
  const works = (python: string): boolean =>
    spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0
  return pythons.find(works) ?? null
}
