// Segments are pieces of one video: joined they have every frame once, in order and at its time, and nothing was encoded again.
import { writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { drawPng } from '../../test/comfyui/standin/drawn-png.ts'
import { describeWith } from '../../test/support/requires.ts'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { wavFile } from '../../test/support/wav-file.ts'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { encodeSegment } from './encode-segment.ts'
import { findTools } from './find-tools.ts'
import { finish } from './finish.ts'
import { joinSegments } from './join-segments.ts'
import { npmToolPath } from './npm-tool.ts'
import { probeVideo } from './probe-video.ts'
import { runTool } from './run-tool.ts'
import { fileArgument, inputArguments } from './tool-command.ts'

const SHIPPED = { ffmpeg: await npmToolPath('ffmpeg'), ffprobe: await npmToolPath('ffprobe') }

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'segments', () => {
  const options = { signal: AbortSignal.timeout(60_000), timeoutMs: 60_000 }
  const lengths = [9, 4, 1]

  async function encodeAll() {
    const { ffmpeg, ffprobe } = await findTools({
      ffmpegPath: null,
      ffprobePath: null,
      searchPath: process.env.PATH ?? '',
    })
    const folder = await createTestFolder()
    const segmentPaths: string[] = []
    const brightest: (readonly number[])[] = []
    let firstFrame = 0
    for (const [index, length] of lengths.entries()) {
      const picturePaths: string[] = []
      for (let frame = 0; frame < length; frame += 1) {
        const path = folder.path(`${index}-${frame}.png`)
        const key = index === 1 ? 'black' : String(index)
        await writeFile(path, drawPng({ width: 64, height: 48, key, index: firstFrame + frame }))
        picturePaths.push(path)
      }
      const toPath = folder.path(`${index}.mp4`)
      const segment = { picturePaths, fps: 25, firstFrame, number: index + 1, toPath }
      brightest.push((await encodeSegment(segment, ffmpeg, options)).brightest)
      segmentPaths.push(toPath)
      firstFrame += length
    }
    const joined = folder.path('joined.mp4')
    await joinSegments(segmentPaths, joined, options.signal)
    return { ffmpeg, ffprobe, segmentPaths, joined, brightest }
  }

  it('joined have every frame once, evenly timed, with a key frame where each begins', async () => {
    const { ffprobe, joined, brightest } = await encodeAll()
    const facts = await probeVideo(ffprobe, inputArguments(joined, 'mov'), options)
    expect(facts).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', colorMatrix: 'bt709' })
    expect(facts.shownAt).toEqual(Array.from({ length: 14 }, (_, index) => index * 512))
    const { stdout } = await runTool(
      ffprobe,
      ['-show_entries', 'packet=flags', '-of', 'csv=p=0', '-i', fileArgument(joined)],
      options,
    )
    const keys = stdout.toString().trim().split('\n')
    expect(keys.flatMap((flags, index) => (flags.startsWith('K') ? [index] : []))).toEqual([
      0, 9, 13,
    ])
    expect(brightest.map(({ length }) => length)).toEqual(lengths)
    expect(Math.max(...brightest[1]!)).toBeLessThan(20)
    expect(Math.min(...brightest[0]!)).toBeGreaterThan(20)
  })

  it('show in the whole exactly the pictures that each shows alone', async () => {
    const { ffmpeg, segmentPaths, joined } = await encodeAll()
    const hashes = async (path: string): Promise<readonly string[]> => {
      const args = ['-i', fileArgument(path), '-map', '0:v', '-f', 'framemd5', 'pipe:1']
      const { stdout } = await runTool(ffmpeg, args, options)
      const lines = stdout
        .toString()
        .split('\n')
        .filter((line) => /^\d/.test(line))
      return lines.map((line) => line.split(',').at(-1)!.trim())
    }
    const alone: string[] = []
    for (const path of segmentPaths) alone.push(...(await hashes(path)))
    expect(await hashes(joined)).toEqual(alone)
  })
})

it.each([
  ['shipped', 'silent', 20],
  ['shipped', 'silent', 3],
  ['shipped', 'with sound', 25],
  ['own', 'silent', 20],
  ['own', 'with sound', 25],
] as const)('get their exact length from %s tools: %s, %i frames', async (which, how, frames) => {
  const options = { signal: AbortSignal.timeout(60_000), timeoutMs: 60_000 }
  const paths = which === 'own' ? { ffmpeg: null, ffprobe: null } : SHIPPED
  const tools = await findTools({
    ffmpegPath: paths.ffmpeg,
    ffprobePath: paths.ffprobe,
    searchPath: process.env.PATH ?? '',
  })
  const folder = await createTestFolder()
  const picturePaths: string[] = []
  for (let index = 0; index < frames; index += 1) {
    const path = folder.path(`${index}.png`)
    await writeFile(path, drawPng({ width: 64, height: 64, key: 'short', index }))
    picturePaths.push(path)
  }
  const voicePath = folder.path('voice.wav')
  await writeFile(voicePath, wavFile({ samples: frames * 640 }))
  const sound = { path: folder.path('voice.aac'), firstSample: 0 }
  const toAdts = ['-i', fileArgument(voicePath), '-f', 'adts', fileArgument(sound.path)]
  if (how === 'with sound') await runTool(tools.ffmpeg, toAdts, options)
  const segmentPath = folder.path('segment.mp4')
  const segment = { picturePaths, fps: 25, firstFrame: 0, number: 1, toPath: segmentPath }
  await encodeSegment(
    { ...segment, ...(how === 'with sound' ? { sound } : {}) },
    tools.ffmpeg,
    options,
  )
  const joined = folder.path('joined.mp4')
  await joinSegments([segmentPath], joined, options.signal)
  const request = {
    videoPath: joined,
    audioPaths: [voicePath],
    seconds: frames / 25,
    frames,
    fps: 25,
  }
  const job = { workDir: folder.path('.'), signal: options.signal }
  const media = { tools, limits: DEFAULT_LIMITS }
  expect(await finish({ ...request, comment: 'short' }, media, job)).toMatchObject({ frames })
})
