import { ERROR_CODES } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { ERRORS } from './error-table.ts'
import { AppError, describeError, toAppError } from './errors.ts'

describe('the error table', () => {
  it('has an entry for every code and no other', () => {
    expect(Object.keys(ERRORS).toSorted()).toEqual([...ERROR_CODES].toSorted())
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length)
  })

  it.each(ERROR_CODES)('says of %s what happened, what to do and how bad it is', (code) => {
    const { status, title, hint } = ERRORS[code]
    expect(code).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)
    expect(title).toMatch(/^[A-Z].*[^.]$/)
    expect(hint).toMatch(/^[A-Z"].*\.$/)
    expect(Number.isInteger(status) && status >= 400 && status < 600).toBe(true)
  })

  it('gives exit codes that separate wrong input from failures', () => {
    expect(ERRORS.no_face_found.exit).toBe(2)
    expect(ERRORS.usage.exit).toBe(2)
    expect(ERRORS.output_exists.exit).toBe(2)
    expect(ERRORS.disk_full.exit).toBe(1)
    expect(ERRORS.internal_error.exit).toBe(1)
    expect(ERRORS.canceled.exit).toBe(130)
    expect(ERRORS.server_unreachable.exit).toBe(3)
    expect(ERRORS.queue_full.exit).toBe(1)
    expect(ERRORS.video_not_ready.exit).toBe(1)
  })
})

describe('an error', () => {
  it('is described with its place and its list of problems', () => {
    const errors = [
      { pointer: '/seed', code: 'invalid_request', message: 'seed must be a number.' },
    ]
    const error = new AppError('invalid_request', 'seed must be a number.', {
      pointer: '/seed',
      meta: { errors, secret: 'not told' },
    })
    expect(describeError(error)).toEqual({
      type: 'urn:infinitetalk:error:invalid_request',
      title: 'The request is not valid',
      status: 422,
      code: 'invalid_request',
      detail: 'seed must be a number.',
      hint: 'Correct the named fields.',
      retryable: false,
      pointer: '/seed',
      errors,
      error: 'seed must be a number.',
    })
  })

  it('is described without members it does not have', () => {
    const described = describeError(new AppError('disk_full', 'There is no space left.'))
    expect(Object.keys(described)).not.toContain('pointer')
    expect(Object.keys(described)).not.toContain('errors')
  })

  it.each([
    [new AppError('usage', 'No.'), 'usage'],
    [new DOMException('stop', 'AbortError'), 'canceled'],
    [Object.assign(new Error('write'), { code: 'ENOSPC' }), 'disk_full'],
    [new TypeError('x is not a function'), 'internal_error'],
    ['a text', 'internal_error'],
    [undefined, 'internal_error'],
  ])('made of %s is %s', (thrown, code) => {
    expect(toAppError(thrown).code).toBe(code)
  })
})
