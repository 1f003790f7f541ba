import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { examineNodePacks } from './examine-node-packs.ts'

const COMMIT = '3f20054214fec9f9234fd3841ae6f1e4287948f6'
const OTHER = 'b'.repeat(40)
const PIN = {
  name: 'ComfyUI-Pack',
  url: 'https://example.org/owner/ComfyUI-Pack.git',
  commit: COMMIT,
}

async function comfyui() {
  const { path } = await createTestFolder()
  const customNodes = path('custom_nodes')
  await mkdir(customNodes)
  const clone = async (name: string, commit: string, remote = '') => {
    const git = join(customNodes, name, '.git')
    await mkdir(git, { recursive: true })
    await writeFile(join(git, 'HEAD'), `${commit}\n`)
    await writeFile(join(git, 'config'), `[remote "origin"]\n\turl = ${remote}\n`)
  }
  const examine = async (pin = PIN) => (await examineNodePacks(path('.'), [pin]))[0]
  return { path, customNodes, clone, examine }
}

describe('a node pack', () => {
  it.each([COMMIT, 'b40e263'])('is at the pinned commit %s', async (commit) => {
    const { clone, examine } = await comfyui()
    await clone('ComfyUI-Pack', commit.padEnd(40, '0'))
    expect(await examine({ ...PIN, commit })).toEqual({
      subject: 'Node pack ComfyUI-Pack',
      state: 'ok',
      detail: `at the pinned commit ${commit.slice(0, 7)}`,
      advice: null,
    })
  })

  it('at another commit is warned of, with how to check out the pinned one', async () => {
    const { clone, examine, customNodes } = await comfyui()
    await clone('ComfyUI-Pack', OTHER)
    const finding = await examine()
    expect(finding).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/bbbbbbb.*3f20054/),
      commands: [
        `cd ${join(customNodes, 'ComfyUI-Pack')}`,
        `git fetch https://example.org/owner/ComfyUI-Pack.git ${COMMIT}`,
        'git checkout 3f20054',
      ],
    })
    expect(finding?.advice).toMatch(/pinned commit/)
  })

  it('is fetched with all its history when the pin is abbreviated: no server gives such a commit', async () => {
    const { clone, examine } = await comfyui()
    await clone('ComfyUI-Pack', OTHER)
    const { commands } = (await examine({ ...PIN, commit: 'b40e263' })) ?? {}
    expect(commands?.[1]).toBe('git fetch https://example.org/owner/ComfyUI-Pack.git')
  })

  it('that is missing is told with how to get it', async () => {
    const { examine, customNodes, clone } = await comfyui()
    await clone('Another', COMMIT, 'https://example.org/owner/Another.git')
    expect(await examine()).toMatchObject({
      state: 'warning',
      detail: `not in ${customNodes}`,
      commands: [
        `cd ${customNodes}`,
        'git clone https://example.org/owner/ComfyUI-Pack.git ComfyUI-Pack',
        'git -C ComfyUI-Pack checkout 3f20054',
      ],
    })
  })

  it('that is missing with the whole folder is missing too', async () => {
    const { path } = await createTestFolder()
    const findings = await examineNodePacks(path('none here'), [PIN])
    expect(findings).toMatchObject([{ state: 'warning' }])
    expect(findings[0]?.commands?.[0]).toBe(`cd "${path('none here/custom_nodes')}"`)
  })

  it.each([
    ['comfyui-pack', ''],
    ['ComfyUI-Pack-main', ', in the folder ComfyUI-Pack-main'],
  ])('is known as %s too, and need not be a git checkout', async (name, place) => {
    const { examine, customNodes } = await comfyui()
    await mkdir(join(customNodes, name))
    expect(await examine()).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(new RegExp(`^not a git checkout.*3f20054\\)${place}$`)),
    })
  })

  it.each([
    'https://example.org/Owner/comfyui-pack',
    'git@example.org:owner/ComfyUI-Pack.git',
    'https://mirror.example/example.org/owner/ComfyUI-Pack.git/',
  ])('in a folder of another name is known by its remote %s', async (remote) => {
    const { clone, examine } = await comfyui()
    await clone('mine', COMMIT, remote)
    const detail = 'at the pinned commit 3f20054, in the folder mine'
    expect(await examine()).toMatchObject({ state: 'ok', detail })
  })

  it('may be a link to where it is developed', async () => {
    const { examine, clone, customNodes, path } = await comfyui()
    await clone('../elsewhere', COMMIT)
    await symlink(path('elsewhere'), join(customNodes, 'ComfyUI-Pack'))
    expect(await examine()).toMatchObject({ state: 'ok', detail: 'at the pinned commit 3f20054' })
  })

  it.each(['ComfyUI-Pack.disabled', '.disabled', '.disabled/ComfyUI-Pack'])(
    'that is switched off (%s) is not there',
    async (name) => {
      const { clone, examine } = await comfyui()
      await clone(name, COMMIT, PIN.url)
      expect(await examine()).toMatchObject({ state: 'warning' })
    },
  )

  it('is not a file of its name', async () => {
    const { examine, customNodes } = await comfyui()
    await writeFile(join(customNodes, 'ComfyUI-Pack'), '')
    expect(await examine()).toMatchObject({ state: 'warning' })
  })
})
