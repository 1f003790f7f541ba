import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { KEY, startSpecifiedServer } from '../../test/comfyui/service/specified-server.ts'
import { type StandInOptions, startStandIn } from '../../test/comfyui/standin/stand-in.ts'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { installTinyComfyui } from '../../test/support/tiny-comfyui.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Finding } from '../domain/finding.ts'
import { identityOf } from '../engines/comfyui/supervise/process-identity.ts'
import { createSupervisedBackend } from '../engines/comfyui/supervised-backend.ts'
import { composeExamination } from '../main/compose-doctor.ts'
import { examineComfyui } from './examine-comfyui.ts'
import { readPinnedVersions } from './pinned-versions.ts'

const signal = new AbortController().signal
const OUR_WORKFLOWS = [
  'I2V_multi',
  'I2V_single',
  'I2V_window',
  'I2V_window_multi',
  'V2V_multi',
  'V2V_single',
]

async function examine(settings: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  return examineComfyui(
    composeExamination({ config: loadConfig({ env: settings }), env: process.env, signal }),
  )
}

async function serve(options: StandInOptions): Promise<string> {
  const server = await startStandIn(options)
  onTestFinished(() => server.close())
  return server.url
}

function rows(findings: readonly Finding[], subject: string): readonly Finding[] {
  return findings.filter((finding) => finding.subject === subject)
}

describe('the doctor on ComfyUI', () => {
  it('says nothing where none is configured', async () => {
    expect(await examine({})).toEqual([])
  })

  it('looks at the folder for its frames, which need not exist yet', async () => {
    const url = await serve({ version: '0.28.0' })
    const folder = await createTestFolder()
    await writeFile(folder.path('file'), '')
    const look = async (path: string) =>
      rows(await examine({ COMFYUI_URL: url, COMFYUI_FRAMES_DIR: path }), 'Frames folder')
    expect(await look(folder.path('new/frames'))).toMatchObject([{ state: 'ok', advice: null }])
    expect(await look(folder.path('file/frames'))).toMatchObject([
      { state: 'missing', advice: expect.stringContaining('COMFYUI_FRAMES_DIR') },
    ])
    expect(rows(await examine({ COMFYUI_URL: url }), 'Frames folder')).toEqual([])
  })

  it.each([
    ['0.3.64', /^0\.3\.64 \(.*0\.28\.0\), /],
    ['0.28.0', /^0\.28\.0 \(.*pinned.*\), /],
  ] as const)('finds all well on ComfyUI %s', async (version, shown) => {
    const url = await serve({ version })
    const findings = await examine({ COMFYUI_URL: url })
    expect(findings[0]).toEqual({
      subject: 'ComfyUI',
      state: 'ok',
      detail: expect.stringMatching(shown),
      advice: null,
    })
    // A server elsewhere does not say which commits its packs are at.
    expect(findings.filter(({ subject }) => subject.startsWith('Node pack'))).toEqual([])
    const workflows = findings.filter(({ subject }) => subject.startsWith('Workflow '))
    expect(workflows.map(({ subject }) => subject).toSorted()).toEqual(
      OUR_WORKFLOWS.map((name) => `Workflow ${name}`),
    )
    expect(new Set(workflows.map(({ state }) => state))).toEqual(new Set(['ok']))
    expect(findings.filter(({ state }) => state === 'missing')).toEqual([])
  })

  it('examines each of several, and names the machine in every row', async () => {
    const [there, away] = [await serve({}), 'http://127.0.0.1:9']
    const findings = await examine({ COMFYUI_URL: `${there},${away}` })
    expect(rows(findings, `ComfyUI (${there})`)).toMatchObject([{ state: 'ok' }])
    expect(rows(findings, `ComfyUI (${away})`)).toMatchObject([{ state: 'missing' }])
    expect(rows(findings, `Workflow I2V_window (${there})`)).toHaveLength(1)
  })

  it('names what is missing with its pack and its fix, the same fix once for a workflow', async () => {
    const url = await serve({
      editObjectInfo(info) {
        for (const name of Object.keys(info)) if (name.startsWith('VHS_')) delete info[name]
      },
    })
    const found = rows(await examine({ COMFYUI_URL: url }), 'Workflow V2V_single')
    const packs = found.filter(({ advice }) => advice?.includes('ComfyUI-VideoHelperSuite'))
    expect(packs).toHaveLength(1)
    expect(packs[0]?.state).toBe('missing')
    expect(packs[0]?.detail).toMatch(/VHS_VideoCombine.*VHS_LoadVideo/)
  })

  it('says that it cannot be reached, and by what address', async () => {
    const [only, ...others] = await examine({ COMFYUI_URL: 'http://127.0.0.1:9' })
    expect(others).toEqual([])
    expect(only).toMatchObject({ subject: 'ComfyUI', state: 'missing' })
    expect(only?.detail).toContain('http://127.0.0.1:9')
  })

  it('checks workflows of the operator too, and says which cannot be read', async () => {
    const url = await serve({})
    const folder = await createTestFolder()
    const own = folder.path('workflows')
    await mkdir(own)
    await writeFile(join(own, 'broken.json'), '{')
    const examples = join(import.meta.dirname, '../../examples/workflows')
    for (const name of await readdir(examples))
      await copyFile(join(examples, name), join(own, name))
    const findings = await examine({ COMFYUI_URL: url, INFINITETALK_WORKFLOWS_DIR: own })
    expect(rows(findings, 'Workflow still')).toHaveLength(1)
    const [broken] = rows(findings, 'Workflows')
    expect(broken?.state).toBe('missing')
    expect(broken?.detail).toContain('"broken"')
  })
})

describe('the doctor on the Comfy API', () => {
  it('says what answers there, and why it cannot render', async () => {
    const { url } = await startSpecifiedServer()
    const [service, ...others] = await examine({ COMFY_API_URL: url, COMFY_API_KEY: KEY })
    expect(others).toEqual([])
    expect(service).toMatchObject({ subject: 'Comfy API', state: 'ok', advice: null })
    expect(service?.detail).toContain(`answers at ${url} and lets this hub in`)

    const [refused] = await examine({ COMFY_API_URL: url, COMFY_API_KEY: 'another' })
    expect(refused).toMatchObject({ subject: 'Comfy API', state: 'missing' })
    expect(refused?.detail).toMatch(/^The Comfy API at .* check COMFY_API_KEY\.$/)

    const [away] = await examine({ COMFY_API_URL: 'http://127.0.0.1:9', COMFY_API_KEY: KEY })
    expect(away).toMatchObject({ subject: 'Comfy API', state: 'missing' })
    expect(away?.detail).toMatch(/^The Comfy API at http:\/\/127\.0\.0\.1:9 cannot be reached/)
  })

  it('says of a key that nothing uses it', async () => {
    expect(await examine({ COMFY_API_KEY: KEY })).toMatchObject([
      { subject: 'Comfy API', state: 'warning', detail: expect.stringContaining('COMFY_API_URL') },
    ])
  })
})

describe('the doctor on a ComfyUI of our own', () => {
  async function install(transformers: string | null) {
    const folder = await createTestFolder()
    const comfyui = await installTinyComfyui(folder.path('ComfyUI'))
    const packages = JSON.stringify({ transformers })
    await writeFile(join(comfyui.folder, 'packages.json'), packages)
    const recorded = join(
      import.meta.dirname,
      '../../test/fixtures/comfyui/v0.28.0/object_info.json',
    )
    await copyFile(recorded, join(comfyui.folder, 'object_info.json'))
    const settings = {
      COMFYUI_DIR: comfyui.folder,
      INFINITETALK_DATA_DIR: folder.path('data'),
    }
    return { folder, comfyui, settings }
  }

  it('starts it to look, and leaves nothing: no process, no folder', async () => {
    const { comfyui, settings } = await install('4.57.6')
    const before = await leftFolders()
    const findings = await examine(settings)
    expect(findings.filter(({ state }) => state === 'missing')).toEqual([])
    expect(rows(findings, 'transformers of ComfyUI')).toMatchObject([{ detail: '4.57.6' }])
    const [start] = await comfyui.starts()
    expect(await identityOf(start?.pid ?? 0)).toBeNull()
    expect(await leftFolders()).toEqual(before)
  })

  it.each(['5.18.0', null])('warns of transformers %s', async (version) => {
    const { settings } = await install(version)
    const [row] = rows(await examine(settings), 'transformers of ComfyUI')
    expect(row?.state).toBe('missing')
    expect(row?.commands?.[0]).toMatch(/python -m pip install "transformers<5"$/)
  })

  it('compares its node packs with the pinned ones, also when it does not start', async () => {
    const { comfyui, settings } = await install('4.57.6')
    await comfyui.setMode({ exitCode: 1 })
    const [pin] = (await readPinnedVersions())?.nodePacks ?? []
    const git = join(comfyui.folder, 'custom_nodes', 'comfyui-wanvideowrapper', '.git')
    await mkdir(git, { recursive: true })
    await writeFile(join(git, 'HEAD'), `${pin?.commit}\n`)
    const packs = (await examine(settings)).filter(({ subject }) => subject.startsWith('Node pack'))
    expect(packs.map(({ subject, state }) => [subject, state])).toEqual([
      ['Node pack ComfyUI-WanVideoWrapper', 'ok'],
      ['Node pack ComfyUI-KJNodes', 'warning'],
      ['Node pack ComfyUI-VideoHelperSuite', 'warning'],
      ['Node pack ComfyUI-MelBandRoFormer', 'warning'],
    ])
  })

  it('looks at the one that a hub runs already, and leaves it alone', async () => {
    const { folder, comfyui, settings } = await install('4.57.6')
    await using backend = createSupervisedBackend({
      folder: comfyui.folder,
      python: null,
      env: process.env,
      dataFolder: folder.path('data/comfyui'),
      maxUploadBytes: 1024,
      modelPathsFile: null,
      moreArguments: [],
    })
    const api = await backend.ready(signal)
    await examine(settings)
    expect(await comfyui.starts()).toHaveLength(1)
    expect(await backend.ready(signal)).toBe(api)
  })

  it('says why it does not start', async () => {
    const { comfyui, settings } = await install('4.57.6')
    await comfyui.setMode({ says: "ModuleNotFoundError: No module named 'torch'", exitCode: 1 })
    const [row] = rows(await examine(settings), 'ComfyUI')
    expect(row?.state).toBe('missing')
    expect(row?.detail).toContain("No module named 'torch'")
  })
})

async function leftFolders(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('infinitetalk-doctor-'))
}
