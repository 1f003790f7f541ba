// The start of the GPU image: the folders behind the links of what ComfyUI writes are made, and what cannot be made is said aloud.
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { beforeEach, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { runScript } from './run-script.ts'

describeWith(['bash'], 'apt-get install bash', 'the start of the GPU image', () => {
  let files: TestFolder

  beforeEach(async () => {
    files = await createTestFolder()
    const pack = files.path('comfyui/custom_nodes/ComfyUI-WanVideoWrapper')
    await mkdir(pack, { recursive: true })
    await symlink(files.path('models/text_embed_cache'), `${pack}/text_embed_cache`)
    await symlink(files.path('data/comfyui/user'), files.path('comfyui/user'))
    await mkdir(files.path('bin'))
    await writeFile(files.path('bin/infinitetalk'), '#!/bin/sh\necho "started: $*"\n')
    await chmod(files.path('bin/infinitetalk'), 0o755)
  })

  const start = () =>
    runScript('start-gpu.sh', ['serve', '--port', '1'], {
      env: { PATH: `${files.path('bin')}:${process.env.PATH}`, COMFYUI_DIR: files.path('comfyui') },
    })

  it('makes the folders in volumes that lack them', async () => {
    await mkdir(files.path('models'))
    expect(await start()).toEqual({ code: 0, said: 'started: serve --port 1\n' })
    expect(await readdir(files.path('models'))).toEqual(['text_embed_cache'])
    expect(await readdir(files.path('data/comfyui'))).toEqual(['user'])
    expect(await start()).toEqual({ code: 0, said: 'started: serve --port 1\n' })
  })

  it('starts all the same where one cannot be made, and says so', async () => {
    await writeFile(files.path('models'), 'not a folder')
    const { code, said } = await start()
    expect(code).toBe(0)
    expect(said).toMatch(/warning: .*models\/text_embed_cache cannot be made[\s\S]*started: serve/)
  })
})
