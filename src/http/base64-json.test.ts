import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64Json, base64JsonLength } from './base64-json.ts'

describe('a video as base64 in JSON', () => {
  it('is the video again, of the length that was foretold, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 })), async (parts) => {
        const chunks = parts.map((part) => Buffer.from(part))
        const encoded = await Readable.from(base64Json(Readable.from(chunks))).toArray()
        const text = Buffer.concat(encoded).toString()
        const bytes = Buffer.concat(chunks)
        expect(Buffer.from(JSON.parse(text).video, 'base64')).toEqual(bytes)
        expect(text).toHaveLength(base64JsonLength(bytes.length))
      }),
    )
  })
})
