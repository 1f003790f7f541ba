// The example of a list of models in docs/guide/models.md is one.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseModelManifest } from '@infinitetalk/contract'
import { expect, it } from 'vitest'
import { ROOT } from './support/run-infinitetalk.ts'

it('the list of models in the guide is valid', async () => {
  const guide = await readFile(join(ROOT, 'docs/guide/models.md'), 'utf8')
  const example = /```json\n([\s\S]*?)```/.exec(guide)?.[1] ?? ''
  expect(parseModelManifest(JSON.parse(example))).toMatchObject({ ok: true })
})
