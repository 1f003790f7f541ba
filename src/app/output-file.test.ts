import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkOutputFile, publishFile } from './output-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-file-'))
  await writeFile(join(folder, 'new'), 'new video')
})
afterEach(() => rm(folder, { recursive: true }))

const at = (name: string, overwrite = false) => ({ path: join(folder, name), overwrite })

describe('an output file', () => {
  it('appears whole and leaves no temporary file', async () => {
    await publishFile(join(folder, 'new'), at('talking.mp4'))
    expect(await readFile(join(folder, 'talking.mp4'), 'utf8')).toBe('new video')
    expect((await readdir(folder)).toSorted()).toEqual(['new', 'talking.mp4'])
  })

  it('is never replaced without --force, even when it appears after the check', async () => {
    const output = at('talking.mp4')
    await checkOutputFile(output)
    await writeFile(output.path, 'older')
    await expect(publishFile(join(folder, 'new'), output)).rejects.toMatchObject({
      code: 'output_exists',
    })
    expect(await readFile(output.path, 'utf8')).toBe('older')
    expect((await readdir(folder)).toSorted()).toEqual(['new', 'talking.mp4'])
  })

  it('is replaced with --force', async () => {
    await writeFile(join(folder, 'talking.mp4'), 'older')
    await publishFile(join(folder, 'new'), at('talking.mp4', true))
    expect(await readFile(join(folder, 'talking.mp4'), 'utf8')).toBe('new video')
  })

  it('is rejected before any work when it exists, is a folder, or has no folder', async () => {
    await writeFile(join(folder, 'old.mp4'), '')
    await mkdir(join(folder, 'folder.mp4'))
    await expect(checkOutputFile(at('old.mp4'))).rejects.toMatchObject({ code: 'output_exists' })
    await expect(checkOutputFile(at('folder.mp4', true))).rejects.toMatchObject({
      code: 'output_unwritable',
    })
    await expect(checkOutputFile(at('nowhere/x.mp4'))).rejects.toMatchObject({
      code: 'output_unwritable',
    })
    await expect(checkOutputFile(at('free.mp4'))).resolves.toBeUndefined()
  })
})
