import { writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { TestModel } from '../../test/support/test-model.ts'
import { findFormatFault } from './check-format.ts'

const WHOLE = new TestModel(10_000).read(0, 10_000)
const gguf = Buffer.concat([Buffer.from('GGUF\x03\0\0\0', 'latin1'), Buffer.alloc(100)])
const withLength = (length: bigint): Buffer => {
  const bytes = Buffer.alloc(100)
  bytes.writeBigUInt64LE(length)
  return bytes
}

it.each<[what: string, name: string, content: Buffer | string, fault: RegExp | null]>([
  ['a whole file', 'a.safetensors', WHOLE, null],
  ['one that was cut off', 'a.safetensors', WHOLE.subarray(0, 9000), /1000 bytes are missing/],
  ['one with a tail', 'a.safetensors', Buffer.concat([WHOLE, Buffer.alloc(7)]), /7 bytes more/],
  ['one cut off in its header', 'a.safetensors', WHOLE.subarray(0, 50), /cut off within it/],
  ['an empty one', 'a.safetensors', '', /too short/],
  ['a huge header', 'a.safetensors', withLength(2n ** 63n), /does not begin with the header/],
  ['a header of nonsense', 'a.safetensors', withLength(50n), /cannot be read/],
  ['a whole GGUF', 'a.gguf', gguf, null],
  ['safetensors named GGUF', 'a.gguf', WHOLE, /does not begin with "GGUF"/],
  ['a web page', 'a.gguf', '\n<!DOCTYPE html><html>', /a web page/],
  ['an error message', 'a.safetensors', '{"error":"Repository not found"}', /an error message/],
  ['a pointer', 'a.pth', 'version https://git-lfs.github.com/spec/v1\noid', /Git LFS/],
  ['an unknown format', 'a.pth', 'anything', null],
])('knows %s', async (_what, name, content, fault) => {
  const path = (await createTestFolder()).path(name)
  await writeFile(path, content)
  const found = await findFormatFault(path, name)
  if (fault === null) expect(found).toBeNull()
  else expect(found).toMatch(fault)
})
