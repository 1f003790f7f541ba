// The checkout of one pinned commit, against repositories on this machine: what was pinned is what is there, or the build stops.
import { readdir, readFile } from 'node:fs/promises'
import { beforeEach, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { createGitSource, type GitSource } from './git-source.ts'
import { runProgram, runScript } from './run-script.ts'

describeWith(['git', 'bash'], 'apt-get install git', 'the checkout of a pin', () => {
  let files: TestFolder
  let source: GitSource
  let first: string
  let second: string

  beforeEach(async () => {
    files = await createTestFolder()
    source = await createGitSource(files.path('source'))
    first = await source.commit({ 'nodes.py': 'one' })
    await source.git('tag', 'v1.0.0')
    second = await source.commit({ 'nodes.py': 'two' })
    await source.git('tag', '--annotate', '--message', 'x', 'v2.0.0')
    await source.commit({ 'nodes.py': 'three' })
  })

  const checkout = (commit: string, ...tag: readonly string[]) =>
    runScript('checkout-pin.sh', [source.url, commit, files.path('target'), ...tag])
  const content = () => readFile(files.path('target/nodes.py'), 'utf8')
  const head = () => readFile(files.path('target/.git/HEAD'), 'utf8')

  it('brings the commit and no history', async () => {
    const { code, said } = await checkout(second)
    expect(code, said).toBe(0)
    expect(await content()).toBe('two')
    // So that a program can tell what is installed without git.
    expect(await head()).toBe(`${second}\n`)
    const { said: log } = await runProgram('git', ['rev-list', '--all', 'HEAD'], {
      folder: files.path('target'),
    })
    expect(log.trim()).toBe(second)
  })

  it('finds a commit by its beginning', async () => {
    const { code, said } = await checkout(first.slice(0, 7))
    expect(code, said).toBe(0)
    expect(await head()).toBe(`${first}\n`)
  })

  it('takes a tag that is the commit, plain or annotated', async () => {
    expect((await checkout(second, 'v2.0.0')).code).toBe(0)
    expect(await content()).toBe('two')
  })

  it('stops at a tag that was moved, and at one that is not there', async () => {
    await source.git('tag', '--force', 'v1.0.0', second)
    const moved = await checkout(first, 'v1.0.0')
    expect(moved.code).toBe(1)
    expect(moved.said).toContain(`v1.0.0 of ${source.url} is ${second}, but ${first} was pinned`)
    expect(await readdir(files.path('target'))).toEqual(['.git'])
    const target = files.path('other')
    const missing = await runScript('checkout-pin.sh', [source.url, first, target, 'v3.0.0'])
    expect(missing).toMatchObject({ code: 1, said: expect.stringContaining('not there') })
  })

  it('stops at a commit that is not there, whole or abbreviated', async () => {
    expect((await checkout('0'.repeat(40))).code).not.toBe(0)
    const { code, said } = await runScript('checkout-pin.sh', [
      source.url,
      '0000000',
      files.path('other'),
    ])
    expect(code).toBe(1)
    expect(said).toContain('no single commit that begins with 0000000')
  })
})
