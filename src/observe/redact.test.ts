import { describe, expect, it } from 'vitest'
import { redact } from './redact.ts'

const base64 = Buffer.alloc(100_000, 'a picture').toString('base64')

describe('what may stand in a log', () => {
  it.each([base64, `data:image/png;base64,${base64}`, base64.replaceAll('/', '_')])(
    'holds 50 characters of base64 at most',
    (text) => {
      const line = JSON.stringify(redact({ image: { base64: text } }))
      expect(line).toContain(text.slice(0, 50))
      expect(line).not.toContain(text.slice(0, 51))
      expect(line).toContain(`${text.length} characters`)
    },
  )

  it('keeps sentences, ids and hashes whole', () => {
    const line = {
      message: 'The audio is too short. '.repeat(20),
      sha256: 'a'.repeat(64),
      n: 1,
      no: null,
    }
    expect(redact(line)).toEqual(line)
  })

  it.each([
    { authorization: 'hunter2' },
    { headers: { Authorization: 'Bearer hunter2' } },
    { apiKey: 'hunter2' },
    { config: { beamToken: 'hunter2', s3: { secretAccessKey: 'hunter2' } } },
    { url: 'https://s3.example/video.mp4?X-Amz-Signature=hunter2&x=1' },
    { url: '/v1/jobs/job_1/video?expires=1&signature=hunter2' },
    { url: 'postgres://user:hunter2@db/hub' },
    {
      error: new Error('Bearer hunter2 was refused', {
        cause: new Error('key=1&token=2?token=hunter2'),
      }),
    },
    ['?key=hunter2'],
  ])('holds no secret: %j', (value) => {
    expect(JSON.stringify(redact(value))).not.toContain('hunter2')
  })

  it('says how many bytes there were instead of writing them', () => {
    expect(redact({ chunk: Buffer.alloc(7) })).toEqual({ chunk: '7 bytes' })
  })

  it('ends, however deep a thing is', () => {
    const round: Record<string, unknown> = {}
    round.self = round
    expect(JSON.stringify(redact(round)).length).toBeLessThan(200)
    const error = new Error('round')
    error.cause = error
    expect(JSON.stringify(redact(error))).toContain('round')
  })
})
