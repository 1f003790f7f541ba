import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nonPublicReason } from './public-address.ts'

const embeddings = {
  'IPv4-mapped': (hex: string) => `::ffff:${hex}`,
  NAT64: (hex: string) => `64:ff9b::${hex}`,
}
const neverPublic = {
  'local NAT64': (hex: string) => `64:ff9b:1::${hex}`,
  'IPv4-compatible': (hex: string) => `::${hex}`,
  'IPv4-translated': (hex: string) => `::ffff:0:${hex}`,
  '6to4': (hex: string) => `2002:${hex}::1`,
  Teredo: (hex: string) => `2001:0:${hex}::1`,
  ISATAP: (hex: string) => `2a00:1450:4001:80b:0:5efe:${hex}`,
}

const octet = fc.integer({ min: 0, max: 255 })
const octets = fc.tuple(octet, octet, octet, octet)

function hexPair([a, b, c, d]: readonly number[]): string {
  return `${((a! << 8) | b!).toString(16)}:${((c! << 8) | d!).toString(16)}`
}

describe('nonPublicReason', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '168.63.129.15',
    '168.63.129.17',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('lets the public address %s pass', (address) => {
    expect(nonPublicReason(address)).toBeNull()
  })

  it.each([
    '0.255.255.255',
    '10.255.255.255',
    '100.64.0.0',
    '169.254.0.0',
    '172.16.0.0',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '198.51.100.1',
    '239.255.255.255',
    '100::1',
    '1::1',
    '2001:2::1',
    '2001:20::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fdff::1',
    'fec0::1',
  ])('refuses %s', (address) => {
    expect(nonPublicReason(address)).not.toBeNull()
  })

  it.each([
    '',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.1.1.1 ',
    '1.1.1.1%0',
    '::1%lo',
    '[::1]',
  ])('refuses %j, which is no plain address', (text) => {
    expect(nonPublicReason(text)).not.toBeNull()
  })

  it.each(Object.entries(embeddings))('judges %s by the IPv4 address inside', (_name, embed) => {
    fc.assert(
      fc.property(octets, (bytes) => {
        const isPublic = nonPublicReason(bytes.join('.')) === null
        expect(nonPublicReason(embed(hexPair(bytes))) === null).toBe(isPublic)
      }),
    )
  })

  it.each(Object.entries(neverPublic))('rejects %s with any embedded address', (_name, embed) => {
    fc.assert(
      fc.property(octets, (bytes) => {
        expect(nonPublicReason(embed(hexPair(bytes)))).not.toBeNull()
      }),
    )
  })
})
