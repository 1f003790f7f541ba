import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { bodyChunks } from './body-chunks.ts'

describe('the bytes of a body', () => {
  it('fail once, and nowhere else, when the reader has given up before the caller hangs up', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const caller = connect((server.address() as AddressInfo).port, '127.0.0.1')
    caller.on('error', () => {})
    caller.write('POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000\r\n\r\nthe first part')
    const [request] = (await once(server, 'request')) as [IncomingMessage]
    const gone = new AbortController()
    const chunks = bodyChunks(request, {
      maxBytes: 1000,
      idleTimeoutMs: 60_000,
      signal: gone.signal,
    })
    expect(String((await chunks.next()).value)).toBe('the first part')

    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      gone.abort(new AppError('stopping', 'The hub stops.'))
      await expect(chunks.next()).rejects.toMatchObject({ code: 'stopping' })
      const closed = once(request, 'close').catch(() => {})
      caller.destroy()
      await closed
      await setImmediate()
    } finally {
      process.off('unhandledRejection', note)
      server.close()
    }
    expect(unhandled).toEqual([])
  })
})
