import { describe, expect, it } from 'vitest'
import { chooseEngine } from './choose-engine.ts'
import type { Engine, Engines } from './ports/engine.ts'

function engines(health: Readonly<Record<string, string | null>>): Engines {
  const made = Object.entries(health).map(([name, detail]): [string, Engine] => {
    const onlyPreviews = name === 'preview' ? { onlyPreviews: true } : {}
    return [name, { name, ...onlyPreviews, health: async () => detail } as unknown as Engine]
  })
  return new Map(made)
}

async function chosen(
  health: Readonly<Record<string, string | null>>,
  wanted: string | null = null,
) {
  return (await chooseEngine(wanted, { engines: engines(health), defaultEngine: null })).name
}

describe('a request that names no engine', () => {
  it('goes to the first that is ready', async () => {
    expect(await chosen({ comfyui: 'down', beam: null, runpod: null, preview: null })).toBe('beam')
    expect(await chosen({ comfyui: null, beam: null, preview: null })).toBe('comfyui')
  })

  it('waits for the first configured one when none is ready, and is no preview', async () => {
    expect(await chosen({ comfyui: 'down', beam: 'down', preview: null })).toBe('comfyui')
    expect(await chosen({ comfyui: 'down', preview: null })).toBe('comfyui')
  })

  it('is a preview where nothing else is configured', async () => {
    expect(await chosen({ preview: null })).toBe('preview')
  })
})

it('a named engine is taken whether it is ready or not', async () => {
  expect(await chosen({ comfyui: 'down', beam: null }, 'comfyui')).toBe('comfyui')
  await expect(chosen({ beam: null }, 'comfyui')).rejects.toMatchObject({
    code: 'engine_unavailable',
  })
})
