// The programs of the services' own makers, which `.ci/install-oracles` installs into folders of this repository. A suite that needs one
// is skipped without it and says how to get it; with INFINITETALK_TEST_ALL=1 (CI) its absence is a failure.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { ROOT } from './run-infinitetalk.ts'

export type Maker = 'beam' | 'comfy' | 'helm' | 'piper' | 'runpod' | 's3'

/** @param program of the virtual environment of that maker: `python`, `beam` */
export function makersProgram(maker: Maker, program: string): string {
  return join(ROOT, '.cache', 'makers', maker, 'bin', program)
}

/** Like `describe`, but runs only with the maker's program. */
export function describeWithMaker(
  maker: Maker,
  program: string,
  name: string,
  body: () => void,
): void {
  const path = makersProgram(maker, program)
  if (existsSync(path)) {
    describe(name, body)
  } else if (process.env.INFINITETALK_TEST_ALL === '1') {
    describe(name, () => {
      it(`needs ${program}`, () => {
        throw new Error(`missing: ${path}. Get it: .ci/install-oracles`)
      })
    })
  } else {
    describe(`${name} (skipped: no ${program}; get it: .ci/install-oracles)`, () => {
      it.skipIf(true)('not run', () => {})
    })
  }
}
