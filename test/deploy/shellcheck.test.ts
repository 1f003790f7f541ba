// The scripts of the images, read by ShellCheck, and each of them in the strict mode that makes an error end the build.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { runProgram } from './run-script.ts'

const FOLDER = join(ROOT, 'deploy/docker')
const scripts = readdirSync(FOLDER).filter((name) => name.endsWith('.sh'))

describe('the scripts of the images', () => {
  it.each(scripts)('%s is strict, can be run and says what for', (name) => {
    const lines = readFileSync(join(FOLDER, name), 'utf8').split('\n')
    expect(lines[0]).toBe('#!/usr/bin/env bash')
    expect(lines[1]).toMatch(/^# [A-Z]/)
    expect(lines.find((line) => line !== '' && !line.startsWith('#'))).toBe('set -euo pipefail')
    expect(statSync(join(FOLDER, name)).mode & 0o111).toBe(0o111)
  })
})

describeWith(['shellcheck'], 'apt-get install shellcheck', 'ShellCheck', () => {
  it('finds nothing', async () => {
    expect(await runProgram('shellcheck', scripts, { folder: FOLDER })).toEqual({
      code: 0,
      said: '',
    })
  })
})
