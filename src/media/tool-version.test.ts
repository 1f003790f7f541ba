import { expect, it } from 'vitest'
import { parseToolVersion } from './tool-version.ts'

it.each([
  ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers', 5, true],
  [
    'ffprobe version 4.4.2-0ubuntu0.22.04.1 Copyright (c) 2007-2021 the FFmpeg developers',
    4,
    false,
  ],
  ['ffmpeg version n7.1 Copyright (c) 2000-2024 the FFmpeg developers', 7, true],
  ['ffmpeg version 8.0', 8, true],
  ['ffmpeg version 10.2.1', 10, true],
  ['ffmpeg version N-47683-g0e8eb07980-static https://x/  Copyright (c) 2000-2018', null, false],
  ['ffprobe version N-66595-gc2b38619c0-static https://x/  Copyright (c) 2007-2023', null, true],
  ['ffmpeg version 2024-05-02-git-71669f2ad5-full_build-www.gyan.dev Copyright (c)', null, true],
  [
    'ffmpeg version git-2019-11-18-abcdef Copyright (c) 2000-2019 the FFmpeg developers',
    null,
    false,
  ],
])('%s', (output, major, modern) => {
  expect(parseToolVersion(output)).toMatchObject({ major, modern })
})

it('is null for another program', () => {
  expect(parseToolVersion('bash version 5.2')).toBeNull()
  expect(parseToolVersion('')).toBeNull()
})
