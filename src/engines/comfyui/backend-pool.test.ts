import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'
import { BackendPool } from './backend-pool.ts'
import type { EngineNews } from './engine-news.ts'

const EPOCH_MS = Date.UTC(2026, 0, 1)
const never = new AbortController().signal
const FAULT = new AppError('engine_failed', 'A node failed.')
const DEATH = new AppError('engine_crashed', 'It is gone.')

const ANY = { backend: null }

function at(name: string) {
  return { backend: name }
}

function backend(name: string): Backend {
  return {
    name,
    ready: async () => {
      throw FAULT
    },
    health: async () => (name === 'sick' ? 'It is sick.' : null),
    running: async () => null,
    stats: async () => null,
    distrust: async () => {},
    lastWords: () => null,
    [Symbol.asyncDispose]: async () => {},
  }
}

function pool(...names: string[]) {
  const clock = { ms: 0 }
  const news: EngineNews[] = []
  const epochMs = (): number => EPOCH_MS + clock.ms
  const backends = new BackendPool(
    names.map(backend),
    { monotonicMs: () => clock.ms, epochMs },
    (one) => news.push(one),
  )
  return { clock, news, pool: backends }
}

describe('several backends', () => {
  it('render one job each; the next job waits until one is free', async () => {
    const { pool: backends } = pool('a', 'b')
    const [first, second] = [await backends.take(ANY, never), await backends.take(ANY, never)]
    expect([first.backend.name, second.backend.name]).toEqual(['a', 'b'])
    const third = backends.take(ANY, never)
    second.giveBack(null)
    expect((await third).backend.name).toBe('b')
  })

  it('give a job back to the one that has its render, and else to one that has the models loaded', async () => {
    const { pool: backends } = pool('a', 'b', 'c')
    const warm = await backends.take(at('b'), never)
    expect(warm.backend.name).toBe('b')
    warm.holds('I2V_single')
    warm.giveBack(null)
    const next = await backends.take(ANY, never)
    expect(next.backend.name).toBe('b')
    next.giveBack(null)
    expect((await backends.take(at('c'), never)).backend.name).toBe('c')
  })

  it('give a job to the one that has rendered its workflow', async () => {
    const { pool: backends } = pool('a', 'b')
    for (const [name, workflow] of [
      ['a', 'I2V_multi'],
      ['b', 'I2V_window'],
    ] as const) {
      const seat = await backends.take(at(name), never)
      seat.holds(workflow)
      seat.giveBack(null)
    }
    const wish = { backend: null, workflow: 'I2V_window' }
    expect((await backends.take(wish, never)).backend.name).toBe('b')
  })

  it('say what each does: ready, busy, left out, proving or unavailable', async () => {
    const { pool: backends, clock } = pool('a', 'b', 'sick')
    const states = async () => (await backends.statuses()).map(({ state }) => state)
    expect(await states()).toEqual(['ready', 'ready', 'unavailable'])
    const seat = await backends.take({ backend: 'a', jobId: 'job_1' }, never)
    expect(await states()).toEqual(['busy', 'ready', 'unavailable'])
    expect(backends.records[0]?.job).toEqual({ id: 'job_1', sinceMs: EPOCH_MS })
    seat.giveBack(FAULT)
    expect(await states()).toEqual(['left_out', 'ready', 'unavailable'])
    clock.ms += 15_000
    expect(await states()).toEqual(['proving', 'ready', 'unavailable'])
    const second = await backends.take(at('a'), never)
    expect(await states()).toEqual(['proving', 'ready', 'unavailable'])
    second.giveBack(null)
    expect((await backends.statuses())[0]).toMatchObject({
      ...{ state: 'ready', detail: null, served: 1, failures: 1, failuresInRow: 0 },
      lastSuccessMs: EPOCH_MS + clock.ms,
    })
  })

  it('leave one out that failed, longer each time, until it has done a job well', async () => {
    const { pool: backends, clock, news } = pool('a', 'b')
    for (const outMs of [15_000, 30_000]) {
      const seat = await backends.take(at('a'), never)
      expect(seat.backend.name).toBe('a')
      seat.giveBack(FAULT)
      const other = await backends.take(at('a'), never)
      expect(other.backend.name).toBe('b')
      other.giveBack(null)
      expect(backends.records[0]).toMatchObject({
        leftOutUntilMs: EPOCH_MS + clock.ms + outMs,
        lastFailure: { atMs: EPOCH_MS + clock.ms, code: 'engine_failed' },
      })
      expect(news.at(-2)).toMatchObject({ type: 'backend.failed', leftOutMs: outMs })
      clock.ms += outMs
    }
    const proved = await backends.take(at('a'), never)
    proved.giveBack(null)
    expect(backends.records[0]).toMatchObject({
      failures: 2,
      failuresInRow: 0,
      leftOutUntilMs: null,
    })
  })

  it('take one back before its time that died and answers again, unless it dies of every job', async () => {
    const { pool: backends } = pool('a', 'sick')
    await backends.take(at('sick'), never)
    for (const failuresInRow of [1, 2, 3]) {
      const seat = await backends.take(ANY, never)
      expect(seat.backend.name).toBe('a')
      seat.giveBack(DEATH)
      expect(backends.records[0]).toMatchObject({ failuresInRow })
    }
    await expect(backends.take(ANY, AbortSignal.timeout(2500))).rejects.toThrow()
    expect(backends.records[0]).toMatchObject({ leftOutUntilMs: EPOCH_MS + 60_000 })
  })

  it('never leave out the only one there is', async () => {
    const { pool: backends } = pool('a')
    const seat = await backends.take(ANY, never)
    expect(seat.hasOther).toBe(false)
    seat.giveBack(FAULT)
    expect((await backends.take(ANY, never)).backend.name).toBe('a')
  })

  it('are well as long as one of them is', async () => {
    expect(await pool('sick', 'a').pool.health()).toBeNull()
    expect(await pool('sick').pool.health()).toBe('It is sick.')
  })

  it('let a job go that does not wait any longer', async () => {
    const { pool: backends } = pool('a')
    const seat = await backends.take(ANY, never)
    const impatient = new AbortController()
    const waiting = backends.take(ANY, impatient.signal)
    impatient.abort(new AppError('canceled', 'Enough.'))
    await expect(waiting).rejects.toMatchObject({ code: 'canceled' })
    seat.giveBack(null)
    expect((await backends.take(ANY, never)).backend.name).toBe('a')
  })
})
