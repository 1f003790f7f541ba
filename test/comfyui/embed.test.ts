// The default prompt, read once by a ComfyUI that the command starts and ends itself: nothing of a render runs, nothing stays
// but the cache.
import { mkdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseComfyAddress } from '../../src/engines/comfyui/comfy-address.ts'
import {
  embedDefaultPrompt,
  embeddingGraph,
} from '../../src/engines/comfyui/embed-default-prompt.ts'
import { builtInWorkflows, loadTemplates } from '../../src/engines/comfyui/load-templates.ts'
import { createRemoteBackend } from '../../src/engines/comfyui/remote-backend.ts'
import { findTemplate } from '../../src/workflow/template.ts'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { installStandIn } from './standin/install.ts'
import { COMFY_VERSIONS, startStandIn } from './standin/stand-in.ts'

const { templates } = await loadTemplates([builtInWorkflows()])
const template = findTemplate(templates, 'I2V_single')!

describe('embedding the default prompt', () => {
  it('runs the text encoder of the graph with its cache, and nothing else', () => {
    const graph = embeddingGraph(template)
    expect(Object.values(graph).map((node) => node.class_type)).toEqual([
      'WanVideoTextEncodeCached',
      'PreviewAny',
    ])
    expect(graph['241']?.inputs).toEqual({
      ...template.graph['241']?.inputs,
      positive_prompt: 'A person talking naturally',
      use_disk_cache: true,
    })
  })

  it.each(COMFY_VERSIONS)(
    'is done once and leaves nothing behind on ComfyUI %s',
    async (version) => {
      await using comfyui = await startStandIn({ version })
      await using backend = createRemoteBackend({ address: parseComfyAddress(comfyui.url, {}) })
      const signal = AbortSignal.timeout(20_000)
      await embedDefaultPrompt({ backend, template, checkGraph: async () => {}, signal })
      expect(comfyui.count('POST', '/prompt')).toBe(1)
      expect(comfyui.control.historyIds()).toEqual([])
      expect(comfyui.control.queueLength()).toBe(0)
    },
  )

  it('keeps the cache in the models folder of a ComfyUI of this machine', async () => {
    await using sandbox = await createSandbox()
    const { folder } = await installStandIn(join(sandbox.folder, 'ComfyUI'))
    const pack = join(folder, 'custom_nodes/ComfyUI-WanVideoWrapper')
    await mkdir(pack)
    await mkdir(join(sandbox.folder, 'models'))
    const env = { INFINITETALK_MODELS_DIR: 'models' }
    const words = ['models', 'embed', '--comfyui-dir', folder, '--json']
    const { code, stdout, stderr } = await sandbox.run(words, { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ event: 'result', in_models_folder: true })
    const target = join(sandbox.folder, 'models/text_embed_cache')
    expect(await readlink(join(pack, 'text_embed_cache'))).toBe(target)
  })

  it('says that a ComfyUI is needed', async () => {
    await using sandbox = await createSandbox()
    const { code, stderr } = await sandbox.run(['models', 'embed'])
    expect(code).toBe(1)
    expect(stderr).toContain('No ComfyUI is configured')
  })
})
