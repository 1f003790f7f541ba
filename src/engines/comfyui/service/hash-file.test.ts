// The published test vectors: bytes that count from 0 to 250 again and again.
import { writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { hashFile } from './hash-file.ts'

it.each([
  [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213'],
  [1025, 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444'],
  [102_400, 'bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085'],
])('hashes %i bytes', async (length, hash) => {
  const folder = await createTestFolder()
  const path = folder.path('bytes')
  await writeFile(
    path,
    Uint8Array.from({ length }, (_, index) => index % 251),
  )
  expect(await hashFile(path, new AbortController().signal)).toBe(`blake3:${hash}`)
})
