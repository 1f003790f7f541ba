import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { findInstallation } from './find-installation.ts'

async function layOut(programs: readonly string[]) {
  const folder = await createTestFolder()
  for (const name of ['portable/ComfyUI/main.py', ...programs]) {
    await mkdir(dirname(folder.path(name)), { recursive: true })
    await writeFile(folder.path(name), '')
    await chmod(folder.path(name), 0o755)
  }
  return folder
}

it.each([
  ['its own venv', ['portable/ComfyUI/venv/bin/python', 'portable/venv/bin/python', 'bin/python3']],
  ['its own .venv', ['portable/ComfyUI/.venv/bin/python', 'bin/python3']],
  ['the venv beside it', ['portable/venv/bin/python', 'bin/python3']],
  ['the first python3 on PATH', ['bin/python3', 'bin/python']],
])('a ComfyUI runs on %s', async (_, programs) => {
  const folder = await layOut(programs)
  for (const configured of ['portable', 'portable/ComfyUI']) {
    const choice = {
      folder: folder.path(configured),
      python: null,
      searchPath: `:${folder.path('bin')}`,
    }
    expect(await findInstallation(choice)).toEqual({
      folder: folder.path('portable/ComfyUI'),
      python: folder.path(programs[0] ?? ''),
    })
  }
})

it('the link of a virtual environment is not followed: behind it is the Python without its packages', async () => {
  const folder = await layOut(['usr/python3.11'])
  const link = folder.path('portable/ComfyUI/venv/bin/python')
  await mkdir(dirname(link), { recursive: true })
  await symlink(folder.path('usr/python3.11'), link)
  const choice = { folder: folder.path('portable'), python: null, searchPath: '' }
  expect((await findInstallation(choice)).python).toBe(link)
})

it('a Python that was named is used, or is an error', async () => {
  const folder = await layOut(['portable/ComfyUI/venv/bin/python', 'own/python'])
  const choose = (python: string) =>
    findInstallation({ folder: folder.path('portable'), python, searchPath: '' })
  expect((await choose(folder.path('own/python'))).python).toBe(folder.path('own/python'))
  await expect(choose(folder.path('own/absent'))).rejects.toMatchObject({
    code: 'engine_start_failed',
  })
})
