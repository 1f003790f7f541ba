// The installation of ComfyUI as the GPU image does it: the real scripts, git and pip, with stand-ins for what comes from
// elsewhere: repositories on this machine, a folder of empty Python packages, and a ComfyUI that only says what it imports.
import { mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { createGitSource, type GitSource } from './git-source.ts'
import { runProgram, runScript } from './run-script.ts'

const PACKS = ['ComfyUI-WanVideoWrapper', 'ComfyUI-Other'] as const
const HOW = 'apt-get install git python3-venv'

/** Says of each pack what ComfyUI says at its start; one with a file `broken` cannot be imported, one with `silent` is not seen. */
const STAND_IN = `import argparse, os
parser = argparse.ArgumentParser()
for flag in ("--cpu", "--quick-test-for-ci"): parser.add_argument(flag, action="store_true", required=True)
for kind in ("input", "output", "temp", "user"): parser.add_argument(f"--{kind}-directory", required=True)
parser.parse_args()
import transformers
print("Import times for custom nodes:")
for name in sorted(os.listdir("custom_nodes")):
    path = os.path.join(os.getcwd(), "custom_nodes", name)
    if os.path.exists(os.path.join(path, "silent")): continue
    failed = " (IMPORT FAILED)" if os.path.exists(os.path.join(path, "broken")) else ""
    print(f"   0.1 seconds{failed}: {path}")
`

describeWith(['bash', 'python3'], HOW, 'the first start of ComfyUI', () => {
  let files: TestFolder

  beforeEach(async () => {
    files = await createTestFolder()
    const { said: python } = await runProgram('python3', [
      '-c',
      'import sys; print(sys.executable)',
    ])
    await mkdir(files.path('.venv/bin'), { recursive: true })
    await symlink(python.trim(), files.path('.venv/bin/python'))
    await writeFile(files.path('main.py'), STAND_IN)
    await writeFile(files.path('transformers.py'), '')
    for (const name of PACKS) await mkdir(files.path(`custom_nodes/${name}`), { recursive: true })
  })

  const start = () => runScript('check-comfyui.sh', [files.path('.')])

  it('is quiet when every node pack is there', async () => {
    expect(await start()).toEqual({ code: 0, said: '' })
  })

  it.each([
    ['broken', /ComfyUI-Other cannot be imported/],
    ['silent', /ComfyUI-Other was not loaded/],
  ])('stops the build at a node pack that is %s', async (how, what) => {
    await writeFile(files.path(`custom_nodes/${PACKS[1]}/${how}`), '')
    const { code, said } = await start()
    expect(code).toBe(1)
    expect(said).toMatch(what)
  })

  it('stops the build when it fails, and shows what was said', async () => {
    await writeFile(files.path('main.py'), 'raise SystemExit("no GPU library")')
    const { code, said } = await start()
    expect(code).toBe(1)
    expect(said).toMatch(/no GPU library[\s\S]*ComfyUI does not start/)
  })
})

describeWith(['git', 'bash', 'python3'], HOW, 'the installation of ComfyUI', () => {
  let files: TestFolder
  let comfyui: GitSource
  let packs: readonly GitSource[]

  beforeEach(async () => {
    files = await createTestFolder()
    await mkdir(files.path('wheels'))
    await Promise.all([
      makeWheel('torch', '2.13.0'),
      makeWheel('transformers', '4.57.6'),
      makeWheel('transformers', '5.18.0'),
    ])
    comfyui = await createGitSource(files.path('comfyui-source'))
    await comfyui.commit({
      'main.py': STAND_IN,
      'requirements.txt': 'torch\n',
      'user/README': 'x',
      'custom_nodes/.gitkeep': '',
    })
    await comfyui.git('tag', 'v0.28.0')
    packs = await Promise.all(PACKS.map((name) => createGitSource(files.path(name))))
    await packs[0]!.commit({ 'requirements.txt': 'transformers>=4.50\n' })
    await packs[1]!.commit({ 'nodes.py': '' })
  })

  it('is whole: pinned sources, links to what it writes, an environment below the constraints whose Python stays', async () => {
    const { said: python } = await runProgram('python3', [
      '-c',
      'import sys; print(sys.executable)',
    ])
    await mkdir(files.path('system'))
    await symlink(python.trim(), files.path('system/python3'))
    const { code, said } = await install(`${files.path('system')}:${process.env.PATH}`)
    expect(code, said).toBe(0)
    const installed = await readFile(files.path('comfyui/python-packages.txt'), 'utf8')
    expect(installed.trim().split('\n')).toEqual(['torch==2.13.0', 'transformers==4.57.6'])
    expect(await readlink(files.path('comfyui/user'))).toBe('/state/user')
    const cache = files.path(`comfyui/custom_nodes/${PACKS[0]}/text_embed_cache`)
    expect(await readlink(cache)).toBe('/models/text_embed_cache')
    expect(await readFile(files.path('comfyui/.git/HEAD'), 'utf8')).toBe(
      `${await comfyui.git('rev-parse', 'HEAD')}\n`,
    )
    // Beam makes another program of `python3` later.
    await rm(files.path('system/python3'))
    await symlink('/bin/false', files.path('system/python3'))
    const program = files.path('comfyui/.venv/bin/python')
    const words = ['-c', 'import sys, ssl, torch; print(sys.prefix)']
    expect(await runProgram(program, words)).toEqual({
      code: 0,
      said: `${files.path('comfyui/.venv')}\n`,
    })
  })

  it('stops before anything is fetched when a pin is wrong', async () => {
    await writeFile(files.path('pins.json'), '{}')
    const { code, said } = await runScript('install-comfyui.sh', [
      files.path('comfyui'),
      '/state',
      '/models',
      files.path('pins.json'),
    ])
    expect(code).toBe(1)
    expect(said).toContain('pins: images.node is undefined')
    expect(await files.names()).not.toContain('comfyui')
  })

  async function install(path: string) {
    const images = { node: 'node:1', cuda: 'cuda:1', postgres: 'postgres:1', s3: 's3:1' }
    const pins = {
      images,
      comfyui: { url: comfyui.url, tag: 'v0.28.0', commit: await comfyui.git('rev-parse', 'HEAD') },
      nodePacks: await Promise.all(
        packs.map(async ({ url, git }, index) => ({
          name: PACKS[index],
          url,
          commit: await git('rev-parse', 'HEAD'),
        })),
      ),
      pythonConstraints: ['torch==2.13.0', 'transformers==4.57.6'],
    }
    await writeFile(files.path('pins.json'), JSON.stringify(pins))
    return runScript(
      'install-comfyui.sh',
      [files.path('comfyui'), '/state', '/models', files.path('pins.json')],
      {
        env: {
          PIP_NO_INDEX: '1',
          PIP_FIND_LINKS: files.path('wheels'),
          PATH: `${dirname(process.execPath)}:${path}`,
        },
      },
    )
  }

  /** An empty package, in the form that pip takes without building anything. */
  async function makeWheel(name: string, version: string): Promise<void> {
    const folder = files.path(`${name}-${version}`)
    const about = `${folder}/${name}-${version}.dist-info`
    await mkdir(about, { recursive: true })
    await writeFile(`${folder}/${name}.py`, '')
    await writeFile(
      `${about}/METADATA`,
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    )
    await writeFile(
      `${about}/WHEEL`,
      'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    )
    await writeFile(`${about}/RECORD`, '')
    const wheel = files.path(`wheels/${name}-${version}-py3-none-any.whl`)
    const parts = [`${name}.py`, `${name}-${version}.dist-info`]
    const zipped = await runProgram('python3', ['-m', 'zipfile', '-c', wheel, ...parts], { folder })
    if (zipped.code !== 0) throw new Error(zipped.said)
  }
})
