import { DEFAULT_WINDOWING } from '@infinitetalk/arithmetic'
import { describe, expect, it } from 'vitest'
import { AppError } from './errors.ts'
import { type ForeseenRender, refuseTooLong } from './refuse-too-long.ts'
import type { SizedSpeed } from './speed.ts'

const SIZE = { width: 512, height: 512 }
const TEN_MINUTES_MS = 600_000
const sampling = { ...DEFAULT_WINDOWING, equalise: false, stepsPerWindow: 6 }
const render = { frames: 1500, size: SIZE, sampling, speeds: [] } satisfies ForeseenRender

function measured(secondsPerUnit: number, width = 512, height = 512): SizedSpeed {
  return { size: { width, height }, speed: { secondsPerUnit, setupSeconds: 100 } }
}

function refusal(foreseen: ForeseenRender, limitMs = TEN_MINUTES_MS): AppError | null {
  try {
    refuseTooLong(foreseen, limitMs)
    return null
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError)
    return thrown as AppError
  }
}

describe('a render that has a limited time', () => {
  it('is refused when what was measured says that it takes longer', () => {
    // 21 windows of 6 steps.
    expect(refusal({ ...render, speeds: [measured(4.7)] })).toBeNull()
    expect(refusal({ ...render, speeds: [measured(4.9)] })).toMatchObject({
      code: 'engine_unsupported',
      detail: expect.stringMatching(/about 618 s.* 600 s/),
    })
  })

  it('is judged by no more than is certain of another size', () => {
    // A small one is no slower than a large one, and may be as slow.
    const large = { ...render, size: { width: 1024, height: 1024 } }
    expect(refusal({ ...large, speeds: [measured(4.7)] })).toBeNull()
    expect(refusal({ ...large, speeds: [measured(4.9)] })).not.toBeNull()
    const small = { ...render, size: { width: 256, height: 256 } }
    expect(refusal({ ...small, speeds: [measured(4.9)] })).toBeNull()
    expect(refusal({ ...small, speeds: [measured(19.6)] })).not.toBeNull()
  })

  it('is refused where nothing was measured when no machine is known that comes near', () => {
    const long = { ...render, frames: 6000 }
    expect(refusal(render)).toBeNull()
    expect(refusal(long)?.detail).toMatch(/takes at least \d+ s/)
    expect(refusal({ ...long, size: { width: 128, height: 128 } })).toBeNull()
    expect(refusal({ ...long, sampling: null })).toBeNull()
  })
})
