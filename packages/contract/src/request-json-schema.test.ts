import { describe, expect, it } from 'vitest'
import { OPTION_NAMES } from './generation-spec.ts'
import { generationRequestJsonSchema } from './request-json-schema.ts'

describe('the JSON Schema of a request', () => {
  const schema = generationRequestJsonSchema()
  const properties = schema.properties as Readonly<Record<string, { readonly default?: unknown }>>

  it('knows every member and closes the door on others', () => {
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toBeUndefined()
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining([
        ...OPTION_NAMES,
        'image',
        'video',
        'audio',
        'max_frame',
        'image_url',
        'video_path',
        'wav_base64',
        'wav_base64_2',
        'audio_url_2',
      ]),
    )
  })

  it('says defaults and the one-form rule of sources', () => {
    expect(properties.fit?.default).toBe('face')
    expect(properties.force_offload?.default).toBe(true)
    expect(JSON.stringify(schema.$defs)).toContain('"oneOf":[{"required":["path"]}')
  })

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  })
})
