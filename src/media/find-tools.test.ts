import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestFolder, type TestFolder } from '../../test/support/test-folder.ts'
import { describeTools } from './describe-tools.ts'
import { findTools } from './find-tools.ts'
import { npmToolPath } from './npm-tool.ts'

const NOWHERE = { ffmpegPath: null, ffprobePath: null, searchPath: '' }

/** Puts an ffmpeg and an ffprobe into a folder that say they are of this version. */
async function installFake(folder: TestFolder, place: string, version: string): Promise<string> {
  await mkdir(folder.path(place))
  for (const name of ['ffmpeg', 'ffprobe']) {
    const path = folder.path(`${place}/${name}`)
    await writeFile(path, `#!/bin/sh\necho "${name} version ${version}"\n`)
    await chmod(path, 0o755)
  }
  return folder.path(place)
}

describe('the origin of the programs', () => {
  it('prefers a modern one on PATH to the one from npm', async () => {
    const folder = await createTestFolder()
    const searchPath = await installFake(folder, 'bin', '7.1.2-static Copyright (c) 2000-2025')
    const { ffmpeg, ffprobe } = await findTools({ ...NOWHERE, searchPath })
    expect(ffmpeg).toMatchObject({ origin: 'path', major: 7, version: '7.1.2-static' })
    expect(ffprobe).toMatchObject({ origin: 'path', major: 7 })
  })

  it('judges a build from git by its year', async () => {
    const folder = await createTestFolder()
    const version = 'N-109468-gd39b34123d Copyright (c) 2000-2022 the FFmpeg developers'
    const { ffmpeg } = await findTools({
      ...NOWHERE,
      searchPath: await installFake(folder, 'bin', version),
    })
    expect(ffmpeg).toMatchObject({ origin: 'path', major: null })
  })

  it('skips a file that is no program or does not answer', async () => {
    const folder = await createTestFolder()
    const modern = await installFake(folder, 'modern', '6.0')
    const broken = await installFake(folder, 'broken', 'x')
    await writeFile(folder.path('broken/ffmpeg'), '#!/bin/sh\nexit 1\n')
    await chmod(folder.path('broken/ffprobe'), 0o644)
    const searchPath = [folder.path('absent'), '', broken, modern].join(delimiter)
    const { ffmpeg, ffprobe } = await findTools({ ...NOWHERE, searchPath })
    expect([ffmpeg.path, ffprobe.path]).toEqual([`${modern}/ffmpeg`, `${modern}/ffprobe`])
  })

  it('prefers the one from npm to an old one on PATH', async () => {
    const folder = await createTestFolder()
    const searchPath = await installFake(folder, 'bin', '4.4.2 Copyright (c) 2000-2021')
    const { ffmpeg } = await findTools({ ...NOWHERE, searchPath })
    const shipped = await npmToolPath('ffmpeg')
    expect(ffmpeg).toMatchObject(
      shipped === null ? { origin: 'path', major: 4 } : { origin: 'npm', path: shipped },
    )
  })

  it('prefers the configured one to all others', async () => {
    const folder = await createTestFolder()
    const searchPath = await installFake(folder, 'modern', '7.1')
    const configured = await installFake(folder, 'configured', '3.4')
    const ffmpegPath = `${configured}/ffmpeg`
    const { ffmpeg, ffprobe } = await findTools({ ...NOWHERE, searchPath, ffmpegPath })
    expect(ffmpeg).toMatchObject({ origin: 'config', path: ffmpegPath, major: 3 })
    expect(ffprobe.origin).toBe('path')
  })

  it('rejects a configured path that is not the program, and never replaces it silently', async () => {
    const work = findTools({ ...NOWHERE, searchPath: '', ffmpegPath: '/nowhere/ffmpeg' })
    await expect(work).rejects.toMatchObject({ code: 'config_invalid' })
  })
})

describe('the report of the doctor', () => {
  it('names version, origin and encoders of real programs', async () => {
    const tools = await findTools({ ...NOWHERE, searchPath: process.env.PATH ?? '' })
    const findings = await describeTools(tools, new AbortController().signal)
    expect(findings.map(({ subject }) => subject)).toEqual(['ffmpeg', 'ffprobe', 'Encoders'])
    expect(findings[0]?.detail).toContain(tools.ffmpeg.version)
    expect(findings[2]).toMatchObject({ state: 'ok', detail: 'libx264, aac' })
  })

  it('warns of an old build and names the missing encoders', async () => {
    const folder = await createTestFolder()
    const old = await installFake(folder, 'old', '4.1 Copyright (c) 2000-2018')
    const paths = { ffmpegPath: `${old}/ffmpeg`, ffprobePath: `${old}/ffprobe` }
    const tools = await findTools({ ...NOWHERE, ...paths })
    const findings = await describeTools(tools, new AbortController().signal)
    expect(findings.map(({ state }) => state)).toEqual(['warning', 'warning', 'missing'])
    expect(findings[2]?.detail).toBe('no libx264, no aac')
  })
})
