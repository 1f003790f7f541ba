import { once } from 'node:events'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64JsonLength, base64JsonStream, frameAround } from './base64-json.ts'

describe('a video as base64 in JSON', () => {
  it('decodes to the video and has the announced length, however it is cut into chunks', async () => {
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

  it('stands anywhere in an object, whatever its other members hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (words) => {
        const frame = frameAround((video) => ({ output: { video, words }, [words]: '"}}' }))
        const text = Buffer.concat(
          await base64JsonStream(Readable.from([Buffer.from('abc')]), frame).toArray(),
        )
        expect(JSON.parse(text.toString())).toEqual(
          JSON.parse(JSON.stringify({ output: { video: 'YWJj', words }, [words]: '"}}' })),
        )
        expect(text).toHaveLength(base64JsonLength(3, frame))
      }),
    )
  })

  it('closes its file when nobody reads it to the end', async () => {
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
