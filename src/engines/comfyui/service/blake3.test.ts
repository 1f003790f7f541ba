// The published test vectors: bytes that count from 0 to 250 again and again.
import { expect, it } from 'vitest'
import { blake3 } from './blake3.ts'

it.each([
  [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213'],
  [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7'],
  [1025, 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444'],
  [31744, '62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47'],
])('hashes %i bytes', (length, hash) => {
  expect(blake3(Uint8Array.from({ length }, (_, index) => index % 251))).toBe(hash)
})
