import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'
import { BackendPool } from './backend-pool.ts'
import { withBackend } from './with-backend.ts'

const signal = new AbortController().signal
const BROKEN = new AppError('engine_failed', 'The model file is broken.')
const CRASHED = new AppError('engine_crashed', 'It is gone.')

function backend(name: string): Backend {
  return {
    name,
    ready: async () => {
      throw CRASHED
    },
    health: async () => null,
    running: async () => null,
    stats: async () => null,
    distrust: async () => {},
    lastWords: () => null,
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Jobs on these backends, where `faults` says how each machine fails whatever it is given. */
function jobsOn(names: readonly string[], faults: Readonly<Record<string, AppError>>) {
  const pool = new BackendPool(names.map(backend))
  const tried: string[] = []
  const context = { workDir: '', signal, onProgress: () => {} }
  const run = (): Promise<string> =>
    withBackend(pool, context, 'I2V_window', async ({ backend: { name } }) => {
      tried.push(name)
      const fault = faults[name]
      if (fault !== undefined) throw fault
      return name
    })
  const failuresOf = (name: string) => pool.records.find((record) => record.name === name)
  return { pool, tried, run, failuresOf }
}

describe('a job on several backends', () => {
  it.each([
    ['crashes', CRASHED],
    ['fails every job', BROKEN],
    [
      'has a full disk',
      new AppError('disk_full', 'No space.', { meta: { node: { id: '1', type: 'SaveImage' } } }),
    ],
  ])(
    'is rendered by another one when the first %s, which then gets no other job',
    async (_, fault) => {
      const { tried, run, failuresOf } = jobsOn(['a', 'b', 'c'], { a: fault })
      for (let job = 0; job < 5; job += 1) expect(['b', 'c']).toContain(await run())
      expect(tried.filter((name) => name === 'a')).toHaveLength(1)
      expect(failuresOf('a')).toMatchObject({ failures: 1, lastFailure: { code: fault.code } })
    },
  )

  it('is at fault itself when a second one fails it in the same way: neither is left out for it', async () => {
    const { tried, run, failuresOf } = jobsOn(['a', 'b', 'c'], { a: BROKEN, b: BROKEN, c: BROKEN })
    for (let job = 0; job < 3; job += 1) await expect(run()).rejects.toBe(BROKEN)
    expect(tried).toHaveLength(6)
    for (const name of ['a', 'b', 'c']) {
      expect(failuresOf(name)).toMatchObject({ failuresInRow: 0, leftOutUntilMs: null })
    }
  })

  it('fails where it was canceled or is wrong, without a second try', async () => {
    const canceled = new AppError('canceled', 'Enough.')
    const { tried, run } = jobsOn(['a', 'b'], { a: canceled })
    await expect(run()).rejects.toBe(canceled)
    const ownDisk = new AppError('disk_full', 'No space here.')
    const own = jobsOn(['a', 'b'], { a: ownDisk })
    await expect(own.run()).rejects.toBe(ownDisk)
    expect([tried, own.tried]).toEqual([['a'], ['a']])
  })
})

it('on one backend fails at once: there is no other opinion', async () => {
  const { tried, run, failuresOf } = jobsOn(['a'], { a: BROKEN })
  await expect(run()).rejects.toBe(BROKEN)
  expect(tried).toEqual(['a'])
  expect(failuresOf('a')).toMatchObject({ failures: 0 })
})
