import { expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { finishLater, outlastStore } from './outlast-store.ts'

const away = new AppError('store_unavailable', 'The database failed (57P01).')

/** Fails so often with this error. */
function failing(times: number, error: Error) {
  const done = Promise.withResolvers<void>()
  const work = async (): Promise<string> => {
    calls.count += 1
    if (calls.count <= times) throw error
    done.resolve()
    return 'written'
  }
  const calls = { count: 0 }
  return { work, calls, done: done.promise }
}

it('a write outlasts a store that is away for a moment', async () => {
  const { work, calls } = failing(2, away)
  expect(await outlastStore(work)).toBe('written')
  expect(calls.count).toBe(3)
})

it('a write that fails for another reason is not repeated', async () => {
  const swept = new AppError('store_unavailable', 'Swept.', { meta: { swept: true } })
  for (const error of [new TypeError('a fault'), swept]) {
    const { work, calls } = failing(1, error)
    await expect(outlastStore(work)).rejects.toBe(error)
    expect(calls.count).toBe(1)
    await expect(finishLater(async () => void (await failing(1, error).work()))).rejects.toBe(error)
  }
})

it('a write that nobody waits for is done once the store is back', async () => {
  const { work, calls, done } = failing(2, away)
  await finishLater(async () => void (await work()))
  expect(calls.count).toBeLessThan(3)
  await done
  expect(calls.count).toBe(3)
})
