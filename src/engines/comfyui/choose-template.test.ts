import { describe, expect, it } from 'vitest'
import { samplePlan } from '../../../test/support/sample-plan.ts'
import { chooseTemplate, templateWish } from './choose-template.ts'
import { builtInWorkflows, loadTemplates } from './load-templates.ts'

const { templates } = await loadTemplates([builtInWorkflows()])
const IMAGE = { path: 'image.png', width: 256, height: 256 }
const VOICE = {
  path: 'voice.wav',
  pcmPath: 'voice.pcm',
  channel: null,
  seconds: 1,
  hasSpeech: true,
}

const chosen = (members: Readonly<Record<string, unknown>>): string =>
  chooseTemplate(templateWish(samplePlan(IMAGE, VOICE, members)), templates).name

describe('the workflow of one voice', () => {
  const audio = { url: 'https://example.com/voice', box: [0.5, 0, 0.5, 1] }

  it('14.24: is the one with masks when its person is chosen', () => {
    expect(chosen({})).toBe('I2V_single')
    expect(chosen({ audio })).toBe('I2V_multi')
    expect(chosen({ face: 1 })).toBe('I2V_multi')
  })

  it('14.24: is the one without when the picture is cropped to that person', () => {
    expect(chosen({ face: { index: 1, crop: true } })).toBe('I2V_single')
  })

  it('14.24: refuses a named one that has no masks', () => {
    expect(() => chosen({ audio, workflow: 'I2V_single' })).toThrow(
      /for one speaker.*counts as two/,
    )
  })
})
