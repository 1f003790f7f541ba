import { describe, expect, it } from 'vitest'
import { type CloudAddress, explainAnswer } from './cloud-request.ts'

const ADDRESS: CloudAddress = {
  title: 'Beam',
  url: 'http://gateway.example',
  token: 'secret',
  tokenSetting: 'BEAM_TOKEN',
}

describe('an answer that is no success', () => {
  it.each([
    [401, '', 'engine_unavailable', 'does not accept the token (HTTP 401): check BEAM_TOKEN.'],
    [301, '', 'engine_unavailable', 'at http://gateway.example redirects (HTTP 301)'],
    [404, '{}', 'engine_unavailable', 'does not have the queue "talk" (HTTP 404).'],
    [413, '', 'input_too_large', 'refused the request as too large'],
    [502, '<html>no</html>', 'engine_unreachable', 'cannot answer at the moment (HTTP 502).'],
    [
      400,
      '{"error":"bad stub."}',
      'engine_failed',
      'unexpected answer for the queue "talk" (HTTP 400: bad stub).',
    ],
    [
      200,
      'plain words\nmore',
      'engine_failed',
      'unexpected answer for the queue "talk" (HTTP 200: plain words).',
    ],
  ])('of HTTP %i with "%s" is %s', (status, text, code, detail) => {
    const json: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
    const error = explainAnswer(ADDRESS, { status, text, json }, 'the queue "talk"')
    expect(error.code).toBe(code)
    expect(error.detail).toContain(detail)
    expect(error.detail).not.toContain(ADDRESS.token)
  })
})
