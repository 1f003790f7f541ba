// A repository on this machine that serves single commits over file://, as the forges do over https.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runProgram } from './run-script.ts'

export interface GitSource {
  readonly url: string
  /** Commits the files, and tells the commit. */
  commit(files: Readonly<Record<string, string>>): Promise<string>
  git(...words: readonly string[]): Promise<string>
}

export async function createGitSource(folder: string): Promise<GitSource> {
  await mkdir(folder, { recursive: true })
  const git = async (...words: readonly string[]): Promise<string> => {
    const { code, said } = await runProgram('git', words, { folder })
    if (code !== 0) throw new Error(`git ${words.join(' ')}: ${said}`)
    return said.trim()
  }
  await git('init', '--quiet', '--initial-branch=main')
  await git('config', 'user.name', 'A')
  await git('config', 'user.email', 'a@example.org')
  await git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  return {
    url: `file://${folder}`,
    git,
    async commit(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true })
        await writeFile(join(folder, name), text)
      }
      await git('add', '--all')
      await git('commit', '--quiet', '--message', 'x')
      return git('rev-parse', 'HEAD')
    },
  }
}
