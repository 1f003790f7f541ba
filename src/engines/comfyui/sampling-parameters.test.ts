import { createGenerationRequestParser } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { acceptRequest, planRender } from '../../domain/generation.ts'
import { DEFAULT_LIMITS } from '../../domain/limits.ts'
import type { Template } from '../../workflow/template.ts'
import { createTemplate } from '../../workflow/template.ts'
import { samplingParameters } from './sampling-parameters.ts'

const parse = createGenerationRequestParser()
const image = { path: 'image.png', width: 640, height: 640 }
const url = 'https://example.com/input'

function planOf(seconds: number, members: object = {}) {
  const spec = acceptRequest(parse({ image: { url }, audio: { url }, ...members }))
  const voice = { path: 'a.wav', pcmPath: 'a.pcm', seconds, channel: null, hasSpeech: true }
  const visual =
    spec.inputType === 'video'
      ? ({ kind: 'video', video: { ...image, path: 'v.mp4', seconds, firstFrame: image } } as const)
      : ({ kind: 'image', image } as const)
  return planRender(spec, { visual, voices: [voice] }, DEFAULT_LIMITS, 7)
}

/** A workflow in which only these parameters have a place. */
function templateWith(...parameters: readonly string[]): Template {
  const inputs = Object.fromEntries(parameters.map((name) => [name, 0]))
  const bindings = parameters.map((name) => [name, { node: '1', class: 'Any', input: name }])
  return createTemplate(
    'mine',
    { 1: { class_type: 'Any', inputs: { image: '', ...inputs } } },
    {
      output: { node: '1', class: 'Any' },
      parameters: {
        image: { node: '1', class: 'Any', input: 'image' },
        ...Object.fromEntries(bindings),
      },
    },
  )
}

const BARE = templateWith()
const FULL = templateWith('steps', 'cfg', 'window_frames', 'motion_frames', 'scheduler')

describe('the parameters of a workflow', () => {
  it('fill in what the preset stands for, and give way to what was asked for', () => {
    const balanced = samplingParameters(planOf(10), BARE)
    expect(balanced.values).toMatchObject({ steps: 6, start_step: 0, cfg: 1, audio_scale: 1 })
    expect(balanced.values).toMatchObject({ seed: 7, width: 640, height: 640, num_frames: 251 })
    expect(balanced).toMatchObject({ stepsPerWindow: 6, windows: { windows: 4 } })
    const asked = samplingParameters(planOf(10, { preset: 'quality', steps: 8, cfg: 2 }), FULL)
    expect(asked.values).toMatchObject({ steps: 8, cfg: 2, audio_cfg_scale: 2 })
  })

  it('keep half of what a video shows, and load no more of it than is rendered', () => {
    const plan = planOf(4.5, { image: null, video: { url } })
    const { values, stepsPerWindow } = samplingParameters(plan, BARE)
    expect(values).toMatchObject({ steps: 4, start_step: 2, audio_scale: 1.5, video_frames: 153 })
    expect(stepsPerWindow).toBe(2)
  })

  it('count windows by what the sampler sees: a last frame of a fraction costs no window', () => {
    // 81.5 frames: the video has 82, the sampler truncates to 81.
    expect(samplingParameters(planOf(3.26), BARE).windows).toMatchObject({ windows: 1 })
    expect(samplingParameters(planOf(3.28), BARE).windows).toMatchObject({ windows: 2 })
  })

  it('equalise windows when asked to', () => {
    const { windows } = samplingParameters(planOf(3.28, { equalise_windows: true }), FULL)
    expect(windows).toMatchObject({ windows: 2, windowFrames: 49, outputFrames: 89 })
  })

  it('have ComfyUI keep the default prompt on its disk, and nothing that somebody wrote', () => {
    const kept = (request: Parameters<typeof planOf>[1]) =>
      samplingParameters(planOf(1, request), templateWith('negative_prompt')).values.text_cache
    expect(kept({})).toBe(true)
    expect(kept({ prompt: 'A person singing' })).toBe(false)
    expect(kept({ negative_prompt: 'hats' })).toBe(false)
  })

  it('give one prompt to each window, and let nothing that a writer wrote divide one', () => {
    const one = samplingParameters(planOf(1, { prompt: 'a | b [1] (c:1.2)' }), BARE)
    expect(one.values.prompt).toBe('a , b (1) (c:1.2)')
    const two = samplingParameters(planOf(5, { prompt: ['calm', 'angry'] }), BARE)
    expect(two.values.prompt).toBe('calm | angry')
  })

  it('refuse by name what the workflow has no place for', () => {
    const plan = planOf(1, { steps: 3, scheduler: 'euler', loras: [{ name: 'x.safetensors' }] })
    const refusal = (template: Template) => {
      try {
        samplingParameters(plan, template)
      } catch (error) {
        return error as AppError
      }
      throw new Error('Nothing was thrown.')
    }
    expect(refusal(BARE)).toBeInstanceOf(AppError)
    expect(refusal(BARE)).toMatchObject({ code: 'engine_unsupported', pointer: '/steps' })
    expect(refusal(BARE).detail).toContain('has no place for steps, scheduler, loras')
    expect(refusal(FULL).detail).toContain('has no place for loras.')
  })
})
