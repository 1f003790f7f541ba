import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apiPath } from './path.ts'

describe('apiPath', () => {
  it('builds a path from ids', () => {
    expect(apiPath`/v1/jobs/${'job_1'}/events`).toBe('/v1/jobs/job_1/events')
  })

  it.each(['', '.', '..'])('refuses %j, which no encoding keeps in its place', (id) => {
    expect(() => apiPath`/v1/jobs/${id}/events`).toThrow(/is not an id/)
  })

  it('fault 85: no id reaches another route', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('..', '.', '/', '\\', '%2e', '%2F', '?', '#', ';', '\0', 'x'))
        .map((a) => a.join('')),
    )
    fc.assert(
      fc.property(hostile, (id) => {
        fc.pre(!/^\.{0,2}$/.test(id))
        const url = new URL(apiPath`/v1/jobs/${id}/events`, 'http://hub')
        const [before, ...segments] = url.pathname.split('/')
        expect([before, ...segments.toSpliced(2, 1)]).toEqual(['', 'v1', 'jobs', 'events'])
        expect(decodeURIComponent(segments[2] ?? '')).toBe(id.toWellFormed())
        expect(url.search + url.hash).toBe('')
      }),
    )
  })
})
