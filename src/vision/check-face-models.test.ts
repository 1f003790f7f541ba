import { cp, mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { checkFaceModels } from './check-face-models.ts'
import { MODEL_FILES, MODEL_FOLDER } from './model-files.ts'

it('the shipped face models are intact', async () => {
  expect(await checkFaceModels()).toMatchObject({ state: 'ok', advice: null })
})

it('names a truncated and a missing file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'face-models-'))
  try {
    await cp(MODEL_FOLDER, folder, { recursive: true })
    await truncate(join(folder, 'facemesh.bin'), 1000)
    await rm(join(folder, 'blazeface.json'))
    const finding = await checkFaceModels(pathToFileURL(`${folder}/`))
    expect(finding).toMatchObject({
      state: 'missing',
      detail: 'damaged or missing: blazeface.json, facemesh.bin',
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('the notice beside the models names each file with its checksum', async () => {
  const notice = await readFile(new URL('NOTICE.md', MODEL_FOLDER), 'utf8')
  for (const { name, sha256 } of MODEL_FILES) {
    expect(notice).toMatch(new RegExp(`\\| ${name} \\| \\d+ \\| ${sha256} \\|`))
  }
})
