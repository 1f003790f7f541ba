import { describe, expect, it } from 'vitest'
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import { AppError } from '../../../domain/errors.ts'
import { Seam } from './seam.ts'

const SIGNAL = AbortSignal.timeout(10_000)

function stored(files: Partial<StoredWindow>): StoredWindow {
  const numbers = { number: 1, firstFrame: 0, frames: 72, length: 81, seed: 1, renderSeconds: 1 }
  const paths = { segmentPath: '/segment', handoverPath: null, leadPath: null }
  return { ...numbers, backend: 'one', ...paths, ...files }
}

describe('the seam of two pieces', () => {
  it('gives the earlier piece the lead of one that has begun, as soon as it is stored', async () => {
    const seam = new Seam(null, null)
    expect(await seam.begin(SIGNAL)).toBeNull()
    expect(seam.hasLead).toBe(true)
    const lead = seam.lead(SIGNAL)
    seam.led('/lead')
    expect(await lead).toBe('/lead')
  })

  it('has the later piece go on from the earlier one, when that has ended first', async () => {
    const seam = new Seam(null, null)
    expect(await seam.lead(SIGNAL)).toBeNull()
    expect(seam.hasLead).toBe(false)
    const begun = seam.begin(SIGNAL)
    const last = stored({ handoverPath: '/handover' })
    seam.handed(last)
    expect(await begun).toBe(last)
  })

  it('does not wait for a piece whose machine has died, nor for a last window that could not be stored', async () => {
    const left = new Seam(null, null)
    await left.begin(SIGNAL)
    const lead = left.lead(SIGNAL)
    left.leave()
    expect(await lead).toBeNull()
    const begun = left.begin(SIGNAL)
    left.handed(null)
    expect(await begun).toBeNull()
    expect(left.hasLead).toBe(true)
  })

  it('is found again as an earlier attempt left it', async () => {
    const led = new Seam(null, stored({ leadPath: '/lead' }))
    expect(await led.lead(SIGNAL)).toBe('/lead')
    const last = stored({ handoverPath: '/handover' })
    expect(await new Seam(last, null).begin(SIGNAL)).toBe(last)
    expect(await new Seam(null, stored({})).lead(SIGNAL)).toBeNull()
    // The last window was crossfaded, and the first one of the next piece is lost.
    expect(await new Seam(stored({}), null).begin(SIGNAL)).toBeNull()
  })

  it('ends a wait with the reason of its signal', async () => {
    const seam = new Seam(null, null)
    await seam.begin(SIGNAL)
    const stop = new AbortController()
    const lead = seam.lead(stop.signal)
    stop.abort(new AppError('stopping', 'The test stops.'))
    await expect(lead).rejects.toMatchObject({ code: 'stopping' })
  })
})
