import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { AppError } from '../domain/errors.ts'
import { soundContainer } from './open-sound.ts'
import { describeContent, sniffContainer, sniffImage } from './sniff.ts'

const STARTS = [
  'RIFF\x24\0\0\0WAVE',
  'RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0',
  'RIFX\0\0\0\x24WAVE',
  'FORM\0\0\0\x10AIFF',
  '\0\0\0\x10ftypM4A \0\0\0\0',
  '\0\0\0\x18ftypmif1\0\0\0\0heicavif',
  '\x1aE\xdf\xa3\x80\x18S\x80\x67\x01\0\0\0\0\0\0\0',
  'ID3\x04\0\0\0\0\0\x05',
  'RIFF\x24\0\0\0AVI ',
  '\xff\xfb\x90\x64',
  '\xff\xf1\x50\x80',
].map((start) => Buffer.from(start, 'latin1'))

const contents = fc
  .tuple(fc.constantFrom(Buffer.alloc(0), ...STARTS), fc.uint8Array({ maxLength: 300 }))
  .map(([start, rest]) => Buffer.concat([start, rest]))

describe('any bytes', () => {
  it('are a known container, are left to ffprobe or are rejected', async () => {
    const folder = await createTestFolder()
    const path = folder.path('any')
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        await writeFile(path, content)
        const result = await soundContainer(path, 10_000).catch((thrown: unknown) => thrown)
        if (result instanceof AppError) {
          expect(['input_empty', 'audio_unsupported', 'audio_unreadable']).toContain(result.code)
        } else {
          expect(result).toBe(sniffContainer(content) === 'mp3' ? result : sniffContainer(content))
        }
      }),
      { numRuns: 400 },
    )
  })

  it('are never a picture and a sound at once, and can be described', () => {
    fc.assert(
      fc.property(contents, (content) => {
        expect(sniffImage(content) !== null && sniffContainer(content) !== null).toBe(false)
        expect(describeContent(content)).not.toBe('')
      }),
    )
  })
})

it.each([
  ['UTF-16 text', '\xff\xfeh\0e\0l\0l\0o\0'],
  ['a JPEG', '\xff\xd8\xff\xe0\0\x10JFIF'],
  ['text that mentions RIFF', 'the RIFF of WAVE'],
])('%s is no sound', (_name, start) => {
  expect(sniffContainer(Buffer.from(start, 'latin1'))).toBeNull()
})
