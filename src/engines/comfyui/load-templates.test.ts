import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import { findTemplate } from '../../workflow/template.ts'
import { builtInWorkflows, loadTemplate, loadTemplates } from './load-templates.ts'

const EXAMPLES = join(import.meta.dirname, '../../../examples/workflows')

describe('the workflows', () => {
  it('that come with the program are six, and each takes what its name says', async () => {
    const { templates, problems } = await loadTemplates([builtInWorkflows()])
    expect(problems).toEqual([])
    const kinds = templates.map(({ name, inputType, speakers }) => [name, inputType, speakers])
    expect(kinds).toEqual([
      ['I2V_multi', 'image', 2],
      ['I2V_single', 'image', 1],
      ['I2V_window', 'image', 1],
      ['I2V_window_multi', 'image', 2],
      ['V2V_multi', 'video', 2],
      ['V2V_single', 'video', 1],
    ])
    const whole = templates.filter(({ rendersWindows }) => !rendersWindows)
    expect(whole).toHaveLength(4)
    for (const { outputNode } of whole) expect(outputNode).toBe('131')
  })

  it('of another folder are added, and win over ours of the same name', async () => {
    const folder = await createTestFolder()
    await copyExample(folder.path('still'))
    await copyExample(folder.path('i2v_SINGLE'))
    const { templates, problems } = await loadTemplates([builtInWorkflows(), folder.path('.')])
    expect(problems).toEqual([])
    expect(templates.map(({ name }) => name)).toEqual([
      'I2V_multi',
      'i2v_SINGLE',
      'I2V_window',
      'I2V_window_multi',
      'V2V_multi',
      'V2V_single',
      'still',
    ])
    expect(findTemplate(templates, 'I2V_single')?.outputNode).toBe('4')
  })

  it('14.31: that are copies of ours have our bindings, with or without our bindings.json beside them', async () => {
    const folder = await createTestFolder()
    const name = 'I2V_single.json'
    await copyFile(join(builtInWorkflows(), name), folder.path(name))
    const alone = await loadTemplates([folder.path('.')])
    expect(alone.problems).toEqual([])
    expect(alone.templates.map((template) => template.name)).toEqual(['I2V_single'])
    expect(alone.templates[0]?.bindings.size).toBeGreaterThan(20)
    await copyFile(join(builtInWorkflows(), 'bindings.json'), folder.path('bindings.json'))
    expect(await loadTemplates([folder.path('.')])).toEqual(alone)
    const ours = await loadTemplates([builtInWorkflows()])
    expect(await loadTemplates([builtInWorkflows(), folder.path('.')])).toEqual(ours)
  })

  it('that are broken are told by name, and take no other away but the one they replace', async () => {
    const folder = await createTestFolder()
    await copyExample(folder.path('still'))
    await writeFile(folder.path('alone.json'), '{}')
    await writeFile(folder.path('graphless.bindings.json'), '{}')
    await writeFile(folder.path('typo.json'), '{\n  "1": {,}\n}')
    await writeFile(folder.path('big.json'), Buffer.alloc(5 * 1024 * 1024, ' '))
    await writeFile(folder.path('empty.json'), '')
    await writeFile(folder.path('--help.json'), '{}')
    await writeFile(folder.path('notes.txt'), 'not a workflow')
    await mkdir(folder.path('I2V_multi.json'))
    const { templates, problems } = await loadTemplates([builtInWorkflows(), folder.path('.')])
    expect(templates.map(({ name }) => name)).toEqual([
      'I2V_single',
      'I2V_window',
      'I2V_window_multi',
      'V2V_multi',
      'V2V_single',
      'still',
    ])
    expect(new Map(problems.map(({ meta, detail }) => [meta.workflow, detail]))).toEqual(
      new Map([
        ['I2V_multi', expect.stringContaining('I2V_multi.json is not a file')],
        ['--help', expect.stringContaining('letters, digits')],
        ['alone', expect.stringContaining('run "infinitetalk workflows bind alone.json"')],
        ['big', expect.stringContaining('at most 4194304 are allowed')],
        ['empty', expect.stringContaining('empty.json has no content')],
        ['graphless', expect.stringContaining('no graphless.json')],
        ['typo', expect.stringMatching(/typo\.json, which is not valid JSON.*line 2/)],
      ]),
    )
  })

  it('of a folder that is not there are a problem that names the folder', async () => {
    const { templates, problems } = await loadTemplates([builtInWorkflows(), '/not/there'])
    expect(templates).toHaveLength(6)
    expect(problems).toMatchObject([
      { code: 'config_invalid', detail: expect.stringContaining('"/not/there"') },
    ])
  })
})

describe('one workflow by its path', () => {
  it('is read with the bindings beside it', async () => {
    const still = await loadTemplate(join(EXAMPLES, 'still.json'))
    expect(still).toMatchObject({ name: 'still', inputType: 'image', speakers: 1, outputNode: '4' })
    expect([...still.bindings.keys()]).toEqual([
      'image',
      'audio',
      'num_frames',
      'crf',
      'filename_prefix',
    ])
  })

  it('that is not there is refused by name', async () => {
    await expect(loadTemplate('/not/there/mine.json')).rejects.toMatchObject({
      code: 'workflow_invalid',
      meta: { workflow: 'mine' },
    })
  })
})

async function copyExample(path: string): Promise<void> {
  await copyFile(join(EXAMPLES, 'still.json'), `${path}.json`)
  await copyFile(join(EXAMPLES, 'still.bindings.json'), `${path}.bindings.json`)
}
