import type { EngineResource, FaceList } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { engineOf } from '../hub/use-engines.ts'
import { obstacleOf } from './obstacle.ts'
import { DEFAULT_OPTIONS } from './options.ts'
import { requestOf } from './request-of.ts'

function engine(name: string, members: Partial<EngineResource> = {}): EngineResource {
  return {
    name,
    ready: true,
    default: false,
    only_previews: name === 'preview',
    ...members,
  } as EngineResource
}

function faces(...refusals: readonly FaceList['data'][number]['refusal'][]): { data: FaceList } {
  const data = refusals.map((refusal, index) => ({ index, refusal }))
  return { data: { data } as unknown as FaceList }
}

const PREVIEW = engine('preview')
const COMFYUI = engine('comfyui', { default: true })
const AWAY = engine('comfyui', { default: true, ready: false, detail: 'cannot be reached' })

describe('the engine of a draft', () => {
  it('is the default of the hub where that is ready, else one that is, and always the chosen one', () => {
    expect(engineOf([COMFYUI, PREVIEW], null)).toBe(COMFYUI)
    expect(engineOf([AWAY, PREVIEW], null)).toBe(PREVIEW)
    expect(engineOf([AWAY], null)).toBe(AWAY)
    expect(engineOf([AWAY, PREVIEW], 'comfyui')).toBe(AWAY)
    expect(engineOf([], null)).toBeNull()
  })
})

describe('an obstacle', () => {
  const draft = (of: EngineResource, options = {}) => ({
    engine: of,
    engines: [COMFYUI, PREVIEW],
    options: { ...DEFAULT_OPTIONS, ...options },
  })

  it('is an engine that is not ready, with another one as the way out', () => {
    const found = obstacleOf({ ...draft(AWAY), engines: [AWAY, PREVIEW] }, faces(null))
    expect(found).toMatchObject({ place: 'engine', code: 'engine_unavailable', ways: ['engine'] })
    expect(obstacleOf({ ...draft(AWAY), engines: [AWAY] }, faces(null))?.ways).toEqual([])
  })

  it('is a face that the preview engine cannot move, and nothing for an engine that needs none', () => {
    expect(obstacleOf(draft(PREVIEW), faces(null))).toBeNull()
    expect(obstacleOf(draft(PREVIEW), faces('face_cut_off', null))).toBeNull()
    expect(obstacleOf(draft(PREVIEW, { face: 1 }), faces(null, 'face_not_frontal'))?.code).toBe(
      'face_not_frontal',
    )
    expect(obstacleOf(draft(PREVIEW), faces())).toMatchObject({
      code: 'no_face_found',
      place: 'picture',
    })
    expect(obstacleOf(draft(PREVIEW, { speakers: 2 }), faces(null))?.code).toBe('no_face_found')
    expect(obstacleOf(draft(COMFYUI), faces())).toBeNull()
  })

  it('that is a small face is gone when the picture is cropped to it', () => {
    const small = faces('face_too_small')
    expect(obstacleOf(draft(PREVIEW), small)?.ways).toEqual(['crop', 'engine'])
    const cropped = draft(PREVIEW, { cropToFace: true })
    expect(obstacleOf(cropped, small)).toBeNull()
    const ready = { status: 'ready', source: { file_id: 'file' } } as const
    const visual = { name: 'a.png', type: 'image/png', blob: null, source: null, still: null }
    const voices = [{ sound: null, trim: null, upload: ready }]
    const request = requestOf({ ...cropped, visual, visualUpload: ready, voices, faces: null })
    expect(request?.face).toEqual({ crop: true })
  })
})
