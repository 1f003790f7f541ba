import { describe, expect, it } from 'vitest'
import { examineVersion } from './examine-version.ts'

const of = (version: string | null, pinned: string | null = '0.28.0') =>
  examineVersion(version, pinned, 'here')

describe('the version of ComfyUI', () => {
  it.each([
    ['0.28.0', /^0\.28\.0 \(.*pinned.*\), here$/],
    ['0.3.64', /^0\.3\.64 \(.*0\.28\.0\), here$/],
    ['0.3.65', /^0\.3\.65 \(.*0\.28\.0 .*0\.3\.64\), here$/],
    ['0.28.0-rc1', /^0\.28\.0-rc1 \(.*0\.28\.0 .*0\.3\.64\), here$/],
    ['1.0', /^1\.0 \(.*0\.28\.0 .*0\.3\.64\), here$/],
    ['nightly', /^nightly \(.*0\.28\.0 .*0\.3\.64\), here$/],
    [null, /, here$/],
  ])('is fine as %s, and is shown beside the tested ones', (version, shown) => {
    const detail = expect.stringMatching(shown)
    expect(of(version)).toEqual({ subject: 'ComfyUI', state: 'ok', detail, advice: null })
  })

  it.each(['0.3.63', '0.3.9', '0.3', '0.2.99', 'v0.3.40-12-gabcdef0'])(
    'is a warning when it is older than all tested ones: %s',
    (version) => {
      const { state, detail, advice } = of(version)
      expect({ state, detail }).toEqual({ state: 'warning', detail: `${version}, here` })
      expect(advice).toContain('0.3.64')
    },
  )

  it('is not compared where no version is pinned', () => {
    expect(of('0.31.2', null)).toMatchObject({ state: 'ok', detail: '0.31.2, here' })
    expect(of('0.3.1', null)).toMatchObject({ state: 'warning' })
  })
})
