import { describe, expect, it } from 'vitest'
import type { Engine } from '../app/ports/engine.ts'
import { loadConfig } from '../config/load-config.ts'
import type { AppError } from '../domain/errors.ts'
import type { Tools } from '../media/tool.ts'
import { openEngines } from './engines.ts'

const NO_TOOLS = {
  ffmpeg: { name: 'ffmpeg', path: '/nowhere/ffmpeg' },
  ffprobe: { name: 'ffprobe', path: '/nowhere/ffprobe' },
} as Tools
const ALL = {
  COMFYUI_URL: 'http://127.0.0.1:9',
  BEAM_TOKEN: 'token',
  BEAM_QUEUE: 'talk',
  RUNPOD_API_KEY: 'key',
  RUNPOD_ENDPOINT_ID: 'abc123',
}

async function opened(
  env: Readonly<Record<string, string>>,
  only: string | null = null,
): Promise<readonly Engine[]> {
  const config = loadConfig({ env })
  await using open = await openEngines({ config, tools: NO_TOOLS, env: {} }, only)
  return [...open.engines.values()]
}

const names = (engines: readonly Engine[]) => engines.map(({ name }) => name)

describe('the engines', () => {
  it('are those that are configured, the best one first', async () => {
    expect(names(await opened({}))).toEqual(['preview'])
    expect(names(await opened(ALL))).toEqual(['comfyui', 'beam', 'runpod', 'preview'])
  })

  it('say of a key that it has no service', async () => {
    const troubles: string[] = []
    const config = loadConfig({ env: { COMFY_API_KEY: 'key' } })
    const onTrouble = ({ detail }: AppError) => void troubles.push(detail)
    await using open = await openEngines({ config, tools: NO_TOOLS, env: {}, onTrouble })
    expect(open.engines.has('comfyui')).toBe(false)
    expect(troubles).toEqual([expect.stringMatching(/^COMFY_API_KEY is set.*COMFY_API_URL is not/)])
  })

  it('make no video of nothing, unless that is configured', async () => {
    expect(names(await opened({ INFINITETALK_ENGINE: 'noop' }))).toEqual(['preview', 'noop'])
  })

  it('can be opened one alone, as a render process does', async () => {
    expect(names(await opened(ALL, 'preview'))).toEqual(['preview'])
    expect(names(await opened({}, 'comfyui'))).toEqual([])
  })

  it('say beside themselves why they cannot work now', async () => {
    const [preview] = await opened({}, 'preview')
    expect(await preview!.health()).toBe('ffmpeg is not where it was.')
  })

  it.each([
    ['INFINITETALK_ENGINE', 'prevew'],
    ['INFINITETALK_PRICE_PER_HOUR', '1,comfy=0.69'],
  ])('refuse a name that none of them has: %s=%s', async (setting, value) => {
    const opening = opened({ [setting]: value })
    await expect(opening).rejects.toMatchObject({
      code: 'config_invalid',
      detail: expect.stringMatching(new RegExp(`^${setting}: .*preview, noop`)),
    })
  })
})
