import type { EngineResource } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { DEFAULT_OPTIONS } from './options.ts'
import { defaultOf, groupsOf } from './parameter-groups.ts'
import type { Parameter } from './request-schema.ts'

function parameter(name: string, fallback: string | null = null): Parameter {
  return { name, description: '', fallback, kind: 'text' }
}

const COMFYUI = {
  windowing: { window_frames: 81, motion_frames: 9 },
  presets: { balanced: { steps: 6 }, quality: { steps: 10 } },
} as unknown as EngineResource

describe('the parameters of an engine', () => {
  it('are each in one group, none lost, and no group is empty', () => {
    const names = ['priority', 'steps', 'new_one', 'audio_scale', 'block_swap']
    const groups = groupsOf(names.map((name) => parameter(name)))
    expect(
      groups.flatMap(({ parameters }) => parameters.map(({ name }) => name)).toSorted(),
    ).toEqual(names.toSorted())
    expect(groups.every(({ parameters }) => parameters.length > 0)).toBe(true)
  })

  it('have the default of the preset, then that of the engine, then that of the API', () => {
    expect(defaultOf(parameter('steps'), COMFYUI, DEFAULT_OPTIONS)).toBe('6')
    expect(defaultOf(parameter('steps'), COMFYUI, { ...DEFAULT_OPTIONS, preset: 'quality' })).toBe(
      '10',
    )
    expect(defaultOf(parameter('window_frames'), COMFYUI, DEFAULT_OPTIONS)).toBe('81')
    expect(defaultOf(parameter('priority', 'normal'), COMFYUI, DEFAULT_OPTIONS)).toBe('normal')
    expect(defaultOf(parameter('workflow'), null, DEFAULT_OPTIONS)).toBeNull()
  })
})
