import { describe, expect, it } from 'vitest'
import { examineVersion } from './examine-version.ts'

const of = (version: string | null, pinned: string | null = '0.28.0') =>
  examineVersion(version, pinned, 'here')

describe('the version of ComfyUI', () => {
  it.each([
    ['0.28.0', '0.28.0 (the pinned version), here'],
    ['0.3.64', '0.3.64 (tried, as is the pinned 0.28.0), here'],
    ['0.3.65', '0.3.65 (tried are 0.28.0 and 0.3.64), here'],
    ['0.28.0-rc1', '0.28.0-rc1 (tried are 0.28.0 and 0.3.64), here'],
    ['1.0', '1.0 (tried are 0.28.0 and 0.3.64), here'],
    ['nightly', 'nightly (tried are 0.28.0 and 0.3.64), here'],
    [null, 'of an unknown version, here'],
  ])('is fine as %s, and is told beside those that were tried', (version, detail) => {
    expect(of(version)).toEqual({ subject: 'ComfyUI', state: 'ok', detail, advice: null })
  })

  it.each(['0.3.63', '0.3.9', '0.3', '0.2.99', 'v0.3.40-12-gabcdef0'])(
    'is warned of when it is older than any that was tried: %s',
    (version) => {
      const { state, detail, advice } = of(version)
      expect({ state, detail }).toEqual({ state: 'warning', detail: `${version}, here` })
      expect(advice).toBe('Update ComfyUI: the oldest version that was tried is 0.3.64.')
    },
  )

  it('is not compared where no version is pinned', () => {
    expect(of('0.31.2', null)).toMatchObject({ state: 'ok', detail: '0.31.2, here' })
    expect(of('0.3.1', null)).toMatchObject({ state: 'warning' })
  })
})
