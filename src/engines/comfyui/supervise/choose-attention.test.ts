import { chmod, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { chooseAttention } from './choose-attention.ts'

/** A Python that says of its packages what it is told to. */
async function attentionWith(answer: string): Promise<string | null> {
  const files = await createTestFolder()
  const python = files.path('python')
  await writeFile(python, `#!/bin/sh\n${answer}\n`)
  await chmod(python, 0o755)
  const installation = { python, folder: files.path('.') }
  return chooseAttention(installation, process.env, AbortSignal.timeout(10_000))
}

it('takes the fast kernel only where its package is installed', async () => {
  expect(await attentionWith(`echo '{"sageattention": "2.1.1"}'`)).toBe('sageattn')
  expect(await attentionWith(`echo '{"sageattention": null}'`)).toBeNull()
})

it('leaves it to the workflow when Python does not say', async () => {
  expect(await attentionWith('exit 1')).toBeNull()
})
