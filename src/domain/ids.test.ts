import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileIdOf, jobIdOf, parseFileId, parseJobId, parseSha256 } from './ids.ts'

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const random = fc.uint8Array({ minLength: 10, maxLength: 12 })

describe('ids', () => {
  it('are read back, whatever the time and the random bytes', () => {
    fc.assert(
      fc.property(time, random, (epochMs, bytes) => {
        expect(parseJobId(jobIdOf(epochMs, bytes))).not.toBeNull()
        expect(parseFileId(fileIdOf(epochMs, bytes))).not.toBeNull()
        expect(parseJobId(fileIdOf(epochMs, bytes))).toBeNull()
      }),
    )
  })

  it('sort by age', () => {
    fc.assert(
      fc.property(time, time, random, random, (a, b, one, other) => {
        fc.pre(a !== b)
        expect(jobIdOf(a, one) < jobIdOf(b, other)).toBe(a < b)
      }),
    )
  })

  it.each([
    '',
    'job_',
    '../../etc/passwd',
    'job_../../../etc/passwd',
    `job_${'0'.repeat(36)}`,
    'JOB_0198f1d2-3b4f-7260-bb1d-0ed010233036',
    'job_0198f1d2-3b4f-7260-bb1d-0ed010233036\n',
    'job_0198f1d2-3b4f-4260-bb1d-0ed010233036',
  ])('fault 85: %j is no id', (text) => {
    expect(parseJobId(text)).toBeNull()
    expect(parseFileId(text)).toBeNull()
    expect(parseSha256(text)).toBeNull()
  })
})
