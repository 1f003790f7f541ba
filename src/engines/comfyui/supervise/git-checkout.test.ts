import { execFile } from 'node:child_process'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeWith } from '../../../../test/support/requires.ts'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { readGitCheckout } from './git-checkout.ts'

const ONE = '1'.repeat(40)
const TWO = '2'.repeat(40)

/** A folder with these files, by path. */
async function make(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await createTestFolder()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(folder.path(path)), { recursive: true })
    await writeFile(folder.path(path), text)
  }
  return folder.path('.')
}

async function commitOf(files: Readonly<Record<string, string>>): Promise<string | null> {
  const checkout = await readGitCheckout(await make(files))
  expect(checkout).not.toBeNull()
  return checkout?.commit ?? null
}

describe('a git checkout', () => {
  it('is at the commit of a detached HEAD', async () => {
    expect(await commitOf({ '.git/HEAD': `${ONE}\n` })).toBe(ONE)
    const sha256 = 'ab'.repeat(32)
    expect(await commitOf({ '.git/HEAD': `${sha256}\n` })).toBe(sha256)
  })

  it('is at the commit of its branch: of its file, before its line in packed-refs', async () => {
    const head = { '.git/HEAD': 'ref: refs/heads/main\n' }
    const loose = { '.git/refs/heads/main': `${ONE}\n` }
    const packed = {
      '.git/packed-refs': `# pack-refs with: peeled fully-peeled sorted\n${ONE} refs/heads/x/refs/heads/main\n${TWO} refs/heads/main\n^${ONE}\n`,
    }
    expect(await commitOf({ ...head, ...loose })).toBe(ONE)
    expect(await commitOf({ ...head, ...packed })).toBe(TWO)
    expect(await commitOf({ ...head, ...loose, ...packed })).toBe(ONE)
  })

  it('is followed to where a submodule and a worktree keep theirs', async () => {
    const outside = await make({
      'modules/pack/HEAD': `${ONE}\n`,
      'repository/.git/refs/heads/side': `${TWO}\n`,
      'repository/.git/config': '[remote "origin"]\n\turl = https://example.org/a/b\n',
      'repository/.git/worktrees/pack/HEAD': 'ref: refs/heads/side\n',
      'repository/.git/worktrees/pack/commondir': '../..\n',
      'submodule/.git': 'gitdir: ../modules/pack\n',
    })
    const worktree = await make({
      '.git': `gitdir: ${join(outside, 'repository/.git/worktrees/pack')}\n`,
    })
    expect((await readGitCheckout(join(outside, 'submodule')))?.commit).toBe(ONE)
    expect(await readGitCheckout(worktree)).toEqual({
      commit: TWO,
      remotes: ['https://example.org/a/b'],
    })
  })

  it.each([
    ['before the first commit', { '.git/HEAD': 'ref: refs/heads/main\n' }],
    ['of another format', { '.git/HEAD': 'ref: refs/heads/.invalid\n' }],
    ['that is none', { '.git/HEAD': 'abc\n' }],
    ['that lies outside', { '.git/HEAD': 'ref: refs/../../secret\n', secret: ONE }],
    [
      'whose branch holds something else',
      { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': 'secret' },
    ],
  ])('does not guess a commit %s', async (_what, files) => {
    expect(await commitOf(files)).toBeNull()
  })

  it('names its remotes, whatever else is in its configuration', async () => {
    const folder = await make({
      '.git/HEAD': ONE,
      '.git/config':
        '[core]\n\turl = no\n[remote "origin"]\n\turl = https://example.org/a/b.git\n\tfetch = +refs/*\n' +
        '[submodule "x"]\n\turl = no\n[Remote "fork"]\n\tURL="git@example.org:c/d"\n',
    })
    const { remotes } = (await readGitCheckout(folder)) ?? {}
    expect(remotes).toEqual(['https://example.org/a/b.git', 'git@example.org:c/d'])
  })

  it.each([
    ['an empty folder', {}],
    ['an unpacked archive', { 'pyproject.toml': '' }],
    ['an empty .git', { '.git/info/exclude': '' }],
    ['a .git that names no folder', { '.git': 'hello' }],
    ['a .git that names one that is gone', { '.git': 'gitdir: ../gone' }],
  ])('is not %s', async (_what, files: Readonly<Record<string, string>>) => {
    expect(await readGitCheckout(await make(files))).toBeNull()
  })

  it('does not read a file that is far too large', async () => {
    const folder = await make({ '.git/HEAD': 'ref: refs/heads/main\n', '.git/packed-refs': '' })
    await truncate(join(folder, '.git/packed-refs'), 1024 ** 3)
    expect(await readGitCheckout(folder)).toEqual({ commit: null, remotes: [] })
  })
})

describeWith(['git'], 'apt-get install git', 'a checkout that git made', () => {
  it('is told as git tells it: on a branch, packed, detached, in a worktree', async () => {
    const outside = await createTestFolder()
    const folder = outside.path('pack')
    await mkdir(folder)
    const git = async (...args: readonly string[]) => {
      const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
      const user = ['-c', 'user.name=a', '-c', 'user.email=a@example.org']
      const { stdout } = await promisify(execFile)('git', [...user, ...args], { cwd: folder, env })
      return stdout.trim()
    }
    await git('init', '--quiet')
    await git('remote', 'add', 'origin', 'https://example.org/a/b.git')
    await git('commit', '--quiet', '--allow-empty', '-m', 'first')
    const first = await git('rev-parse', 'HEAD')
    const told = { commit: first, remotes: ['https://example.org/a/b.git'] }
    expect(await readGitCheckout(folder)).toEqual(told)
    await git('pack-refs', '--all')
    expect(await readGitCheckout(folder)).toEqual(told)
    await git('worktree', 'add', '--quiet', outside.path('side'))
    await git('commit', '--quiet', '--allow-empty', '-m', 'second')
    const second = await git('rev-parse', 'HEAD')
    expect(await readGitCheckout(folder)).toEqual({ ...told, commit: second })
    await git('checkout', '--quiet', '--detach', first)
    expect(await readGitCheckout(folder)).toEqual(told)
    expect(await readGitCheckout(outside.path('side'))).toEqual(told)
  })
})
