import { once } from 'node:events'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64JsonLength, base64JsonStream } from './base64-json.ts'

describe('a video as base64 in JSON', () => {
  it('decodes to the video and has the announced length, for any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 })), async (parts) => {
        const chunks = parts.map((part) => Buffer.from(part))
        const encoded = await base64JsonStream(Readable.from(chunks)).toArray()
        const text = Buffer.concat(encoded).toString()
        const bytes = Buffer.concat(chunks)
        expect(Buffer.from(JSON.parse(text).video, 'base64')).toEqual(bytes)
        expect(text).toHaveLength(base64JsonLength(bytes.length))
      }),
    )
  })

  it('closes its file when it is not read, or not to the end', async () => {
    for (const parts of [0, 1]) {
      const content = Readable.from([Buffer.alloc(9), Buffer.alloc(9)])
      const ended = once(content, 'close')
      const json = base64JsonStream(content)
      if (parts > 0) await once(json, 'readable')
      json.destroy()
      await ended
      expect(content.destroyed).toBe(true)
    }
  })
})
