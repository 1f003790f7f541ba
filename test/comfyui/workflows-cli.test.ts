// `infinitetalk workflows`: from a graph that somebody exported to one that a request may name.
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { builtInWorkflows, loadTemplates } from '../../src/engines/comfyui/load-templates.ts'
import { composeServices } from '../../src/main/compose.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { startStandIn } from './standin/stand-in.ts'

async function infinitetalk(folder: TestFolder, words: readonly string[], env = {}) {
  const written = { out: '', err: '' }
  const stream = (to: 'out' | 'err') => ({
    columns: 80,
    write: (text: string) => {
      written[to] += text
    },
  })
  const code = await runCli({
    words,
    streams: { stdin: process.stdin, stdout: stream('out'), stderr: stream('err') },
    services: composeServices({
      env: { PATH: process.env.PATH, ...env },
      currentFolder: folder.path('.'),
      nowMs: () => performance.now(),
    }),
    signal: AbortSignal.timeout(30_000),
  })
  return { code, ...written }
}

/** A shipped graph as somebody saves it again: with a name of their own, and no bindings. */
async function exported(name = 'I2V_single'): Promise<TestFolder> {
  const folder = await createTestFolder()
  await copyFile(join(builtInWorkflows(), `${name}.json`), folder.path('mine.json'))
  return folder
}

function expectNarrow(text: string): void {
  const wide = text.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))
  // A path or a file name stays whole.
  expect(wide.filter((line) => !/[/\\]\S+/.test(line))).toEqual([])
}

describe('infinitetalk workflows', () => {
  it('14.31: lists ours and those of a folder, and says what is none', async () => {
    const folder = await exported()
    await infinitetalk(folder, ['workflows', 'bind', 'mine.json'])
    await writeFile(folder.path('typo.json'), '{')
    const env = { INFINITETALK_WORKFLOWS_DIR: folder.path('.') }
    const { code, out, err } = await infinitetalk(folder, ['workflows', 'list'], env)
    expect(code).toBe(0)
    expect(out).toMatch(/^I2V_multi {2,}a picture, two voices$/m)
    expect(out).toMatch(/^mine {2,}a picture, one voice$/m)
    expect(err).toContain('typo.json')
  })

  it('14.31: binds an exported graph so that it can be served, asking nothing', async () => {
    const folder = await exported('V2V_multi')
    const { code, out } = await infinitetalk(folder, ['workflows', 'bind', 'mine.json'])
    expect(code).toBe(0)
    expect(out).toContain('mine.bindings.json (a video, two voices)')
    expect(out).toMatch(/^ {2}video: node 228 \(VHS_LoadVideo.*\), video$/m)
    expectNarrow(out)
    const { templates, problems } = await loadTemplates([folder.path('.')])
    expect(problems).toEqual([])
    expect(templates).toMatchObject([{ name: 'mine', inputType: 'video', speakers: 2 }])
  })

  it('14.31: writes over no bindings unless it is told to', async () => {
    const folder = await exported()
    await writeFile(folder.path('mine.bindings.json'), 'mine')
    const refused = await infinitetalk(folder, ['workflows', 'bind', 'mine.json'])
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--force') })
    expect(await readFile(folder.path('mine.bindings.json'), 'utf8')).toBe('mine')
    expect(await infinitetalk(folder, ['workflows', 'bind', 'mine.json', '-f'])).toMatchObject({
      code: 0,
    })
    const text = await readFile(folder.path('mine.bindings.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ output: { node: '131' } })
  })

  it('14.31: says of a graph in the format of the editor how to export it', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path('mine.json'), '{"nodes": [], "links": [], "version": 0.4}')
    const { code, err } = await infinitetalk(folder, ['workflows', 'bind', 'mine.json'])
    expect(code).toBe(2)
    expect(err.replaceAll(/\s+/g, ' ')).toContain('"Save (API Format)"')
  })

  it('14.31: says what a graph needs, without a ComfyUI and without bindings', async () => {
    const folder = await exported()
    const { code, out, err } = await infinitetalk(folder, ['workflows', 'check', 'mine.json'])
    expect(out).toContain('ComfyUI-WanVideoWrapper')
    expect(out).toMatch(/diffusion_models\/Wan2_1-InfiniteTalk/)
    expect(out).toContain('--comfyui-url')
    expectNarrow(out)
    expect(code).toBe(2)
    expect(err.replaceAll(/\s+/g, ' ')).toContain('"infinitetalk workflows bind mine.json"')
  })

  it('14.31: says what a server lacks of a graph', async () => {
    const missing = 'Wan2_1_VAE_bf16.safetensors'
    const comfyui = await startStandIn({
      editObjectInfo(info) {
        info.WanVideoVAELoader!.input.required!.model_name = [['other.safetensors'], {}]
      },
    })
    onTestFinished(() => comfyui.close())
    const folder = await createTestFolder()
    const words = ['workflows', 'check', 'I2V_single', '--comfyui-url', comfyui.url]
    const { code, out, err } = await infinitetalk(folder, words)
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`needs the model "${missing}"`)
    expect(err.replaceAll(/\s+/g, ' ')).toContain(`cannot run on ${comfyui.url}: 1 problem.`)
    expect(code).toBe(1)
    const json = await infinitetalk(folder, [...words, '--json'])
    const checked = JSON.parse(json.out.split('\n')[0] ?? '') as object
    expect(checked).toMatchObject({
      event: 'checked',
      name: 'I2V_single',
      server: { where: comfyui.url, missing: [{ is_error: true }] },
    })
  })

  it('14.31: finds everything on a server that has it', async () => {
    const comfyui = await startStandIn()
    onTestFinished(() => comfyui.close())
    const folder = await createTestFolder()
    const words = ['workflows', 'check', 'I2V_single', '--comfyui-url', comfyui.url]
    const { code, out } = await infinitetalk(folder, words)
    expect(out).toContain(`✅ ${comfyui.url} has everything.`)
    expect(code).toBe(0)
  })
})
