import { describe, expect, it } from 'vitest'
import { createAddressPolicy } from './address-policy.ts'

describe('an address policy', () => {
  it('allows a configured network, in each of its spellings, and no other', () => {
    const policy = createAddressPolicy(['192.168.1.0/24', 'fd00:1::/64'])
    expect(policy.refusal('192.168.1.7')).toBeNull()
    expect(policy.refusal('::ffff:192.168.1.7')).toBeNull()
    expect(policy.refusal('fd00:1::7')).toBeNull()
    expect(policy.refusal('192.168.2.7')).toBe('private network')
    expect(policy.refusal('fd00:2::7')).toBe('private network')
  })

  it('never allows an unusual spelling of an address', () => {
    const policy = createAddressPolicy(['0.0.0.0/0', '::/0'])
    expect(policy.refusal('10.0.0.1')).toBeNull()
    expect(policy.refusal('127.1')).not.toBeNull()
    expect(policy.refusal('fe80::1%eth0')).not.toBeNull()
  })

  it.each(['192.168.1.1', '192.168.1.0/33', 'home', ''])('refuses the network %j', (cidr) => {
    expect(() => createAddressPolicy([cidr])).toThrow('config_invalid')
  })
})
