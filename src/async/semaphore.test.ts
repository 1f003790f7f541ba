import { describe, expect, it } from 'vitest'
import { Semaphore } from './semaphore.ts'

const never = new AbortController().signal

describe('a semaphore', () => {
  it('gives permits in the order in which they were asked for', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire(never)
    const order: string[] = []
    const first = semaphore.run(never, async () => void order.push('first'))
    const second = semaphore.run(never, async () => void order.push('second'))
    release()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
  })

  it('takes no permit for a waiter that gave up, and rejects it with the reason', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire(never)
    const impatient = new AbortController()
    const given = semaphore.acquire(impatient.signal)
    const reason = new Error('too late')
    impatient.abort(reason)
    await expect(given).rejects.toBe(reason)
    release()
    await expect(semaphore.run(never, async () => 'free')).resolves.toBe('free')
  })

  it('counts a permit once, however often it is given back', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire(never)
    release()
    release()
    await semaphore.acquire(never)
    const waiting = new AbortController()
    const second = semaphore.acquire(waiting.signal)
    waiting.abort(new Error('still taken'))
    await expect(second).rejects.toThrow('still taken')
  })

  it('gives the permit back when the work fails', async () => {
    const semaphore = new Semaphore(1)
    await expect(
      semaphore.run(never, () => Promise.reject(new Error('work failed'))),
    ).rejects.toThrow('work failed')
    await expect(semaphore.run(never, async () => 'free')).resolves.toBe('free')
  })
})
