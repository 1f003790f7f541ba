import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDockerignore } from './read-dockerignore.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('a .dockerignore', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'a/b/c', true],
    ['a', 'b/a', false],
    ['*', 'a/b', true],
    ['*\n!a', 'a/b', false],
    ['*\n!a\n**/*.env', 'a/b/c.env', true],
    ['**/node_modules', 'node_modules/x', true],
    ['**/node_modules', 'a/b/node_modules/x', true],
    ['a/**', 'a/b/c', true],
    ['a?.txt', 'ab.txt', true],
    ['a?.txt', 'a/.txt', false],
    ['a.b', 'axb', false],
    ['# a\n\n', 'a', false],
  ])('"%s" leaves out %s: %s', (text, path, isLeftOut) => {
    expect(readDockerignore(text)(path)).toBe(isLeftOut)
  })

  it('of ours lets no key, no test and no video out', () => {
    const isIgnored = readDockerignore(readFileSync(join(ROOT, '.dockerignore'), 'utf8'))
    const never = ['.env', 'src/.env', '.git/config', 'data/jobs.db', 'src/a.test.ts', 'out.mp4']
    expect(never.filter((path) => !isIgnored(path))).toEqual([])
    expect(isIgnored('src/main/cli.ts')).toBe(false)
    expect(isIgnored('deploy/docker/Dockerfile')).toBe(false)
  })
})
