import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePins } from '../../deploy/docker/read-pins.ts'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { readPinnedVersions } from './pinned-versions.ts'

const SHIPPED = join(import.meta.dirname, '../../deploy/docker/pins.json')

describe('the pinned versions', () => {
  it('are those that the image is built from', async () => {
    const pins = parsePins(await readFile(SHIPPED, 'utf8'))
    expect(await readPinnedVersions()).toEqual({
      comfyui: pins.comfyui.tag.slice(1),
      nodePacks: pins.nodePacks,
    })
  })

  it('are none where the file was not shipped', async () => {
    const folder = await createTestFolder()
    expect(await readPinnedVersions(folder.path('pins.json'))).toBeNull()
  })

  it.each([
    '',
    '{',
    'null',
    '{"comfyui": {"tag": "v1.0"}}',
    '{"comfyui": {"tag": 1}, "nodePacks": []}',
    '{"comfyui": {"tag": "v1.0"}, "nodePacks": [{"name": "a", "url": "b"}]}',
    '{"comfyui": {"tag": "v1.0"}, "nodePacks": [null]}',
  ])('are none where the file holds %j', async (text) => {
    const folder = await createTestFolder()
    await writeFile(folder.path('pins.json'), text)
    expect(await readPinnedVersions(folder.path('pins.json'))).toBeNull()
  })
})
