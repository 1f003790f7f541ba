import { describe, expect, it } from 'vitest'
import { type ApiCall, matches } from './open-api.ts'
import { samplesOf } from './samples.ts'

const CALL = {
  method: 'POST',
  path: '/v1/jobs',
  operation: {
    operationId: 'createJob',
    tags: ['jobs'],
    summary: 'Submit a job',
    description: 'An image and a voice.',
    requestBody: {
      content: { 'application/json': { example: { prompt: "it's null", keep: true, seed: null } } },
    },
    responses: {},
  },
} satisfies ApiCall

describe('a sample', () => {
  const [curl, node, python] = samplesOf(CALL, { baseUrl: 'http://hub:1', withKey: true })

  it('of curl quotes what a shell would take apart', () => {
    expect(curl?.code).toContain(`curl -X POST 'http://hub:1/v1/jobs'`)
    expect(curl?.code).toContain(`"prompt": "it'\\''s null"`)
    expect(curl?.code).toContain('$INFINITETALK_KEY')
  })

  it('of Node is a program', () => {
    expect(() => new Function(`return async () => { ${node?.code} }`)).not.toThrow()
  })

  it('of Python has its words for true and null, and none within a text', () => {
    expect(python?.code).toContain(`"prompt": "it's null"`)
    expect(python?.code).toContain('"keep": True')
    expect(python?.code).toContain('"seed": None')
  })

  it('names no key where none is needed', () => {
    for (const { code } of samplesOf(CALL, { baseUrl: '', withKey: false })) {
      expect(code).not.toMatch(/bearer/i)
    }
  })
})

describe('a search among operations', () => {
  it.each([
    ['submit job', true],
    ['POST voice', true],
    ['submit beam', false],
  ])('for %j finds it: %j', (search, found) => {
    expect(matches(CALL, search)).toBe(found)
  })
})
