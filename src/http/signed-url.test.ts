import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createLinkSigner } from './signed-url.ts'

const HOUR_MS = 3_600_000
const PATH = '/v1/jobs/job_1/video'
const SECRET = 'ab'.repeat(32)
const signerOf = (keyHashes: readonly string[], secret = SECRET) =>
  createLinkSigner({ secret: () => secret, keyHashes, lifeMs: HOUR_MS })
const signer = signerOf(['a', 'b'])

const queryOf = (text: string) => Object.fromEntries(new URLSearchParams(text))

describe('a signed link', () => {
  it('is good for its life at least and twice that at most', () => {
    for (const nowMs of [10 * HOUR_MS, 10 * HOUR_MS + 1, 11 * HOUR_MS - 1]) {
      const link = queryOf(signer.sign(PATH, nowMs))
      expect(() => signer.verify(PATH, link, nowMs + HOUR_MS)).not.toThrow()
      expect(() => signer.verify(PATH, link, nowMs + 2 * HOUR_MS)).toThrow('link_invalid')
    }
  })

  it('is the same while it is read again, and after a restart, whatever the order of the keys', () => {
    const again = signerOf(['b', 'a'])
    expect(again.sign(PATH, 5 * HOUR_MS + 99)).toBe(signer.sign(PATH, 5 * HOUR_MS))
  })

  it('opens no other path, no other time, and nothing once a key is withdrawn', () => {
    const link = queryOf(signer.sign(PATH, 0))
    expect(() => signer.verify('/v1/jobs/job_2/video', link, 0)).toThrow('link_invalid')
    expect(() => signer.verify(PATH, { ...link, expires: '99999999999' }, 0)).toThrow(
      'link_invalid',
    )
    expect(() => signerOf(['a']).verify(PATH, link, 0)).toThrow('link_invalid')
    expect(() => signer.verify(PATH, {}, 0)).toThrow('link_invalid')
  })

  it('is refused with any bit of its signature flipped', () => {
    const link = queryOf(signer.sign(PATH, 0))
    const bytes = Buffer.from(link.signature ?? '', 'hex')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const signature = flipped.toString('hex')
      expect(() => signer.verify(PATH, { ...link, signature }, 0)).toThrow('link_invalid')
    }
  })

  it('14.14: cannot be made by who knows the hashes of all keys', () => {
    const hashes = ['a', 'b']
    const key = createHash('sha256')
      .update(JSON.stringify(['infinitetalk signed links', ...hashes]))
      .digest()
    const expires = '7200'
    const signature = createHmac('sha256', key).update(`${expires}\n${PATH}`).digest('hex')
    expect(() => signer.verify(PATH, { expires, signature }, 0)).toThrow('link_invalid')
    const own = queryOf(signerOf(hashes, 'cd'.repeat(32)).sign(PATH, 0))
    expect(() => signer.verify(PATH, own, 0)).toThrow('link_invalid')
  })
})
