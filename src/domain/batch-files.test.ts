import { describe, expect, it } from 'vitest'
import { itemFilename } from './batch-files.ts'

describe('the name of a video of a batch', () => {
  it.each([
    ['hello', '0007-hello.mp4'],
    ['voices/hello.wav', '0007-hello.mp4'],
    ['https://example.com/a/hello.mp3?signature=b.c', '0007-hello.mp4'],
    ['Dr. Smith', '0007-Dr.-Smith.mp4'],
    ['v1.5', '0007-v1.5.mp4'],
    ['../..', '0007-...mp4'],
    ['"', '0007--.mp4'],
    ['?', '0007-video.mp4'],
    ['\u{20BB7}'.repeat(100), `0007-${'\u{20BB7}'.repeat(80)}.mp4`],
  ])('from %j is %j', (name, filename) => {
    expect(itemFilename(7, name)).toBe(filename)
  })
})
