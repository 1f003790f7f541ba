// `npm ci` needs nothing of a machine but Node and npm. A package that npm would compile needs Python, make and a compiler.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from './support/run-infinitetalk.ts'

interface LockedPackage {
  readonly hasInstallScript?: boolean
  readonly gypfile?: boolean
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>
}
const installed = Object.entries(packages).filter(([path]) => path.startsWith('node_modules/'))

/** Theirs only make a file executable. */
const HARMLESS = ['node_modules/@ffmpeg-installer/', 'node_modules/@ffprobe-installer/']

// npm compiles whatever has a binding.gyp and no script of its own, although better-sqlite3 brings binaries and has nothing to compile.
// `npm install` drops the line again.
it('compiles nothing: "gypfile": false stands in package-lock.json for each that npm would compile', () => {
  const compiled = installed.filter(([path]) => existsSync(join(ROOT, path, 'binding.gyp')))
  expect(compiled.map(([path, { gypfile }]) => [path, gypfile])).toEqual([
    ['node_modules/better-sqlite3', false],
  ])
})

it('runs no script of a package that could fetch or build something', () => {
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript)
  const paths = scripted.map(([path]) => path)
  expect(paths.filter((path) => !HARMLESS.some((start) => path.startsWith(start)))).toEqual([])
})
