import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'
import { BackendPool } from './backend-pool.ts'

const never = new AbortController().signal
const FAULT = new AppError('engine_crashed', 'It is gone.')

function backend(name: string): Backend {
  return {
    name,
    ready: async () => {
      throw FAULT
    },
    health: async () => (name === 'sick' ? 'It is sick.' : null),
    distrust: async () => {},
    lastWords: () => null,
    [Symbol.asyncDispose]: async () => {},
  }
}

function pool(...names: string[]) {
  const clock = { ms: 0 }
  return { clock, pool: new BackendPool(names.map(backend), () => clock.ms) }
}

describe('several backends', () => {
  it('render one job each; the next job waits until one is free', async () => {
    const { pool: backends } = pool('a', 'b')
    const [first, second] = [await backends.take(null, never), await backends.take(null, never)]
    expect([first.backend.name, second.backend.name]).toEqual(['a', 'b'])
    const third = backends.take(null, never)
    second.giveBack(null)
    expect((await third).backend.name).toBe('b')
  })

  it('give a job back to the one that has its render, and else to one that has the models loaded', async () => {
    const { pool: backends } = pool('a', 'b', 'c')
    const warm = await backends.take('b', never)
    expect(warm.backend.name).toBe('b')
    warm.giveBack(null)
    const next = await backends.take(null, never)
    expect(next.backend.name).toBe('b')
    next.giveBack(null)
    expect((await backends.take('c', never)).backend.name).toBe('c')
  })

  it('leave one out that failed, longer each time, until it has done a job well', async () => {
    const { pool: backends, clock } = pool('a', 'b')
    for (const outMs of [15_000, 30_000]) {
      const seat = await backends.take('a', never)
      expect(seat.backend.name).toBe('a')
      seat.giveBack(FAULT)
      const other = await backends.take('a', never)
      expect(other.backend.name).toBe('b')
      other.giveBack(null)
      expect(backends.records[0]).toMatchObject({ leftOutMs: outMs, lastFault: 'It is gone.' })
      clock.ms += outMs
    }
    const proved = await backends.take('a', never)
    proved.giveBack(null)
    expect(backends.records[0]).toMatchObject({ failures: 2, failuresInRow: 0, leftOutMs: 0 })
  })

  it('never leave out the only one there is', async () => {
    const { pool: backends } = pool('a')
    const seat = await backends.take(null, never)
    expect(seat.hasOther).toBe(false)
    seat.giveBack(FAULT)
    expect((await backends.take(null, never)).backend.name).toBe('a')
  })

  it('are well as long as one of them is', async () => {
    expect(await pool('sick', 'a').pool.health()).toBeNull()
    expect(await pool('sick').pool.health()).toBe('It is sick.')
  })

  it('let a job go that does not wait any longer', async () => {
    const { pool: backends } = pool('a')
    const seat = await backends.take(null, never)
    const impatient = new AbortController()
    const waiting = backends.take(null, impatient.signal)
    impatient.abort(new AppError('canceled', 'Enough.'))
    await expect(waiting).rejects.toMatchObject({ code: 'canceled' })
    seat.giveBack(null)
    expect((await backends.take(null, never)).backend.name).toBe('a')
  })
})
