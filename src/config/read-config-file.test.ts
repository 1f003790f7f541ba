import { mkdir, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { readConfigFile } from './read-config-file.ts'

describe('the configuration file', () => {
  it('need not be there', async () => {
    const folder = await createTestFolder()
    expect(readConfigFile({}, folder.path('.'))).toBeNull()
    expect(readConfigFile({ INFINITETALK_CONFIG: '' }, folder.path('.'))).toBeNull()
  })

  it('is infinitetalk.config.json of the working folder, or the one that was named', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path('infinitetalk.config.json'), '\uFEFF{"port": 1}')
    await writeFile(folder.path('other.json'), '{"port": 2}')
    expect(readConfigFile({}, folder.path('.'))).toEqual({ port: 1 })
    expect(readConfigFile({ INFINITETALK_CONFIG: 'other.json' }, folder.path('.'))).toEqual({
      port: 2,
    })
  })

  it('must be there when it was named', async () => {
    const folder = await createTestFolder()
    const read = () => readConfigFile({ INFINITETALK_CONFIG: 'gone.json' }, folder.path('.'))
    expect(read).toThrow('config_invalid: The configuration file "gone.json" does not exist.')
  })

  it.each(['', '{', '[]', '"text"', 'null', '{"port": 1,}'])(
    'is refused when it holds %j',
    async (text) => {
      const folder = await createTestFolder()
      await writeFile(folder.path('infinitetalk.config.json'), text)
      expect(() => readConfigFile({}, folder.path('.'))).toThrow('config_invalid')
    },
  )

  it('is refused when it is a folder', async () => {
    const folder = await createTestFolder()
    await mkdir(folder.path('infinitetalk.config.json'))
    expect(() => readConfigFile({}, folder.path('.'))).toThrow('config_invalid')
  })
})
