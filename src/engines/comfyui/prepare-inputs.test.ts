import { mkdir, readdir, writeFile } from 'node:fs/promises'
import type { Box } from '@infinitetalk/arithmetic'
import { planWindows } from '@infinitetalk/arithmetic'
import { createGenerationRequestParser, DEFAULT_REQUEST_BOUNDS } from '@infinitetalk/contract'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { examplePath } from '../../../test/support/face-pictures.ts'
import {
  createMediaBench,
  type MediaBench,
  makeSample,
  type ToolSet,
  toolSets,
} from '../../../test/support/media-bench.ts'
import { wavFile } from '../../../test/support/wav-file.ts'
import type { FoundFace } from '../../app/ports/faces.ts'
import { AppError } from '../../domain/errors.ts'
import { acceptRequest, planRender } from '../../domain/generation.ts'
import { DEFAULT_LIMITS } from '../../domain/limits.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { probeSound } from '../../media/probe-sound.ts'
import { probeVideo } from '../../media/probe-video.ts'
import { inputArguments } from '../../media/tool-command.ts'
import { createFaceFinderAside } from '../../vision/find-faces-aside.ts'
import { type PreparedInputs, prepareInputs } from './prepare-inputs.ts'

const parse = createGenerationRequestParser(DEFAULT_REQUEST_BOUNDS)
const URL_SOURCE = { url: 'https://example.com/input' }
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

interface Wanted {
  readonly picture?: string
  readonly video?: string
  /** One voice a number. */
  readonly voiceSeconds?: readonly number[]
  readonly members?: Readonly<Record<string, unknown>>
  readonly faces?: readonly FoundFace[]
}

/** A plan as the way of a render makes it: accepted, staged, planned. */
async function planOf(bench: MediaBench, wanted: Wanted): Promise<RenderPlan> {
  const { picture = examplePath('portrait.png'), video, voiceSeconds = [1], members = {} } = wanted
  const voices = await Promise.all(
    voiceSeconds.map(async (seconds, index) => {
      const path = bench.files.path(`voice-${index}.wav`)
      await writeFile(path, wavFile({ samples: Math.round(seconds * 16_000) }))
      return bench.media.stageVoice(path, bench.job)
    }),
  )
  const audio = voices.length === 1 ? URL_SOURCE : voices.map(() => ({ ...URL_SOURCE }))
  const visualName = video === undefined ? 'image' : 'video'
  const body = { [visualName]: URL_SOURCE, audio, width: 320, height: 256, ...members }
  const spec = acceptRequest(parse(body))
  const visual =
    video === undefined
      ? ({ kind: 'image', image: await bench.media.stageImage(picture, bench.job) } as const)
      : ({ kind: 'video', video: await bench.media.stageVideo(video, bench.job) } as const)
  return planRender(spec, { visual, voices }, DEFAULT_LIMITS, 1)
}

async function prepare(bench: MediaBench, wanted: Wanted = {}): Promise<PreparedInputs> {
  const plan = await planOf(bench, wanted)
  const workDir = bench.files.path('engine')
  await mkdir(workDir)
  const { signal } = bench.job
  const faces = wanted.faces === undefined ? createFaceFinderAside() : finderOf(wanted.faces)
  return prepareInputs(
    plan,
    planWindows(plan.frames),
    { workDir, signal, onProgress: () => {} },
    { tools: bench.tools, limits: DEFAULT_LIMITS, faces },
  )
}

function finderOf(found: readonly FoundFace[]) {
  return { findFaces: async () => found }
}

function face(index: number, box: Box, refusal: FoundFace['refusal'] = null): FoundFace {
  return { index, box, detection: 1, mesh: 1, yaw: 0, roll: 0, refusal }
}

/** Files made with each available ffmpeg are tested in the media room. */
const [{ tools }] = (await toolSets()) as [ToolSet]

describe('a picture', () => {
  it('is a PNG of exactly the size of the video, as the framing has it', async () => {
    const bench = await createMediaBench(tools)
    for (const [fit, size] of [
      ['crop', { width: 320, height: 256 }],
      ['pad', { width: 640, height: 256 }],
    ] as const) {
      const plan = await planOf(bench, { members: { fit, ...size } })
      const workDir = bench.files.path(fit)
      await mkdir(workDir)
      const { signal } = bench.job
      const { imagePath, videoPath, maskPaths, warnings } = await prepareInputs(
        plan,
        planWindows(25),
        { workDir, signal, onProgress: () => {} },
        { tools, limits: DEFAULT_LIMITS, faces: finderOf([]) },
      )
      const { format, width, height, channels } = await sharp(imagePath).metadata()
      expect({ format, width, height, channels }).toEqual({ format: 'png', channels: 3, ...size })
      expect([videoPath, maskPaths, warnings]).toEqual([null, null, []])
      expect(imagePath.startsWith(workDir)).toBe(true)
      const corner = { left: 0, top: 0, width: 8, height: 8 }
      const pixels = await sharp(imagePath).extract(corner).raw().toBuffer()
      const isBlack = pixels.every((value) => value === 0)
      expect(isBlack).toBe(fit === 'pad')
    }
  })

  it('is cropped around the face that is really in it', async () => {
    const bench = await createMediaBench(tools)
    const picture = bench.files.path('wide.png')
    const wall = { width: 2304, height: 768, channels: 3 as const, background: '#667788' }
    await sharp({ create: wall })
      .composite([{ input: examplePath('portrait.png'), left: 1536, top: 0 }])
      .png()
      .toFile(picture)
    const members = { fit: 'face', width: 256, height: 256 }
    const { imagePath, warnings } = await prepare(bench, { picture, members })
    expect(warnings).toEqual([])
    const portrait = await sharp(examplePath('portrait.png'))
      .resize(256)
      .removeAlpha()
      .raw()
      .toBuffer()
    const made = await sharp(imagePath).raw().toBuffer()
    expect(meanDifference(made, portrait)).toBeLessThan(3)
  })

  it('of a cartoon or an animal is cropped to its middle, with a warning', async () => {
    const bench = await createMediaBench(tools)
    const { warnings } = await prepare(bench, { faces: [], members: { fit: 'face' } })
    expect(warnings).toEqual([
      'No face was found in the picture: it is cropped to where a head is most likely.',
    ])
  })

  it('whose asked face is not there is refused', async () => {
    const bench = await createMediaBench(tools)
    const only = [face(0, { x: 10, y: 10, width: 100, height: 100 })]
    const work = prepare(bench, { faces: only, members: { face: { index: 3 } } })
    const error = await work.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: 'face_not_listed',
      detail: 'There is no face 3: the picture has only face 0.',
      pointer: '/face/index',
    })
  })

  it('a face turned away is good enough where there is no other', async () => {
    const bench = await createMediaBench(tools)
    const turned = face(0, { x: 300, y: 100, width: 200, height: 300 }, 'face_not_frontal')
    const { warnings } = await prepare(bench, { faces: [turned], members: { fit: 'face' } })
    expect(warnings).toEqual([])
  })
})

describe('a video', () => {
  it('has the frames that the sampler makes, at 25 a second, however many it had', async () => {
    const bench = await createMediaBench(tools)
    const source = await makeSample(bench, 'film.mp4', [
      ...['-f', 'lavfi', '-i', 'testsrc=size=200x160:rate=30:duration=4', ...H264],
    ])
    // 85 frames need two windows, which make 153; the video has 100.
    const { videoPath, videoFrames, imagePath, warnings } = await prepare(bench, {
      video: source,
      voiceSeconds: [3.4],
      members: { on_short_video: 'pingpong' },
    })
    expect(videoFrames).toBe(153)
    const input = inputArguments(videoPath!, 'mov')
    const options = { signal: bench.job.signal, timeoutMs: 30_000 }
    const facts = await probeVideo(tools.ffprobe, input, options)
    expect(facts.frames).toBe(153)
    expect(facts).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', colorMatrix: 'bt709' })
    expect(warnings).toEqual([])
    const { width, height } = await sharp(imagePath).metadata()
    expect([width, height]).toEqual([320, 256])
    // The picture is the first frame of the video: same framing, same colours.
    const first = bench.files.path('first.png')
    await makeSample(bench, 'first.png', [
      ...[...input, '-frames:v', '1', '-vf', 'scale=in_color_matrix=bt709', '-pix_fmt', 'rgb24'],
      ...['-f', 'image2pipe', '-c:v', 'png'],
    ])
    const difference = meanDifference(
      await sharp(first).raw().toBuffer(),
      await sharp(imagePath).raw().toBuffer(),
    )
    expect(difference).toBeLessThan(6)
  })

  it('that ends before the audio says what happens then', async () => {
    const bench = await createMediaBench(tools)
    const source = await makeSample(bench, 'film.mp4', [
      ...['-f', 'lavfi', '-i', 'testsrc=size=160x128:rate=25:duration=1', ...H264],
    ])
    const { videoFrames, warnings } = await prepare(bench, {
      video: source,
      voiceSeconds: [2],
    })
    expect(videoFrames).toBe(81)
    expect(warnings).toEqual([
      'The video is 1.0 s long and the audio 2.0 s: its last frame is held.',
    ])
  })
})

describe('two speakers', () => {
  it.each([
    { how: 'a box', members: { audio: { ...URL_SOURCE, box: [0.5, 0, 0.5, 1] } } },
    { how: 'the number of a face', members: { face: 1, fit: 'crop' } },
  ])(
    '14.24: is one with a mask, and everybody else silent, when a voice is given to a person by $how',
    async ({ members }) => {
      const bench = await createMediaBench(tools)
      const [left, right] = [40, 450].map((x) => ({ x, y: 150, width: 110, height: 130 }))
      const faces = [face(0, left!), face(1, right!)]
      const { maskPaths, voicePaths, warnings } = await prepare(bench, { members, faces })
      const masks = await Promise.all(
        maskPaths!.map((path) => sharp(path).greyscale().raw().toBuffer()),
      )
      const row = 80 * 320
      expect(masks.map((mask) => mask[row + 40])).toEqual([0, 255, 0])
      expect(masks.map((mask) => mask[row + 210])).toEqual([255, 0, 0])
      // An empty mask becomes a division by zero there.
      for (const mask of masks) expect(mask.includes(255)).toBe(true)
      expect(warnings).toEqual([])
      expect(voicePaths).toHaveLength(2)
      const silence = await probeSound(
        tools.ffprobe,
        { name: 'silence', input: inputArguments(voicePaths[1]!, 'flac') },
        { signal: bench.job.signal, timeoutMs: 30_000 },
      )
      expect(silence).toMatchObject({ channels: 2 })
    },
  )

  it('have three masks of the size of the video, white where each is, and none overlaps', async () => {
    const bench = await createMediaBench(tools)
    const { maskPaths, voicePaths } = await prepare(bench, { voiceSeconds: [1, 0.5] })
    expect(voicePaths).toHaveLength(2)
    const masks = await Promise.all(
      maskPaths!.map(async (path) => {
        const { width, height, channels, depth } = await sharp(path).metadata()
        expect([width, height, channels, depth]).toEqual([320, 256, 1, 'uchar'])
        return sharp(path).extractChannel(0).raw().toBuffer()
      }),
    )
    const sums = masks[0]!.map((value, index) => value + masks[1]![index]! + masks[2]![index]!)
    expect(sums.every((sum) => sum === 255)).toBe(true)
    const middleRow = 128 * 320
    expect(masks.map((mask) => mask[middleRow + 80])).toEqual([255, 0, 0])
    expect(masks.map((mask) => mask[middleRow + 240])).toEqual([0, 255, 0])
    expect(masks.map((mask) => mask[middleRow + 160])).toEqual([0, 0, 255])
  })

  it('keep their own lengths, and none is longer than the video', async () => {
    const bench = await createMediaBench(tools)
    const members = { max_frames: 30 }
    const { voicePaths } = await prepare(bench, { voiceSeconds: [2, 0.5], members })
    const seconds = await Promise.all(
      voicePaths.map(async (path) => {
        const options = { signal: bench.job.signal, timeoutMs: 30_000 }
        const facts = await probeSound(
          tools.ffprobe,
          { name: 'voice', input: inputArguments(path, 'flac') },
          options,
        )
        expect(facts).toMatchObject({ codec: 'flac', sampleRate: 44_100, channels: 2 })
        return facts!.claimedSeconds
      }),
    )
    expect(seconds).toEqual([1.2, 0.5])
  })

  it('are both in the picture when it is cropped to the faces', async () => {
    const bench = await createMediaBench(tools)
    const picture = bench.files.path('pair.png')
    await sharp({ create: { width: 1600, height: 400, channels: 3, background: '#000' } })
      .composite([
        { input: await block('#ff0000'), left: 900, top: 150 },
        { input: await block('#0000ff'), left: 1300, top: 150 },
      ])
      .png()
      .toFile(picture)
    const faces = [900, 1300].map((x, index) => face(index, { x, y: 150, width: 100, height: 100 }))
    const members = { fit: 'face', width: 640, height: 320 }
    const voiceSeconds = [1, 1]
    const { imagePath } = await prepare(bench, { picture, faces, members, voiceSeconds })
    const { channels } = await sharp(imagePath).stats()
    expect(channels[0]!.max).toBeGreaterThan(200)
    expect(channels[2]!.max).toBeGreaterThan(200)
  })

  it('of which one stands outside of the crop are refused by the box, and nothing is decoded before', async () => {
    const bench = await createMediaBench(tools)
    const members = { width: 256, height: 640 }
    const plan = await planOf(bench, { voiceSeconds: [1, 1], members })
    const [left, right] = plan.voices
    const boxed = { ...plan, voices: [{ ...left!, box: [0, 0, 0.1, 1] as const }, right!] }
    const workDir = bench.files.path('engine')
    await mkdir(workDir)
    const { signal } = bench.job
    const work = prepareInputs(
      boxed,
      planWindows(25),
      { workDir, signal, onProgress: () => {} },
      { tools, limits: DEFAULT_LIMITS, faces: finderOf([]) },
    )
    const error = await work.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_request', pointer: '/audio/0/box' })
    expect(await readdir(workDir)).toHaveLength(1)
  })
})

it('a render that is no longer wanted is not prepared', async () => {
  const controller = new AbortController()
  const bench = await createMediaBench(tools)
  const plan = await planOf(bench, { members: { fit: 'face' } })
  const workDir = bench.files.path('engine')
  await mkdir(workDir)
  const work = prepareInputs(
    plan,
    planWindows(25),
    { workDir, signal: controller.signal, onProgress: () => {} },
    { tools, limits: DEFAULT_LIMITS, faces: createFaceFinderAside() },
  )
  controller.abort(new AppError('canceled', 'The operation was canceled.'))
  await expect(work).rejects.toMatchObject({ code: 'canceled' })
  expect(await readdir(workDir)).toEqual([])
})

async function block(color: string): Promise<Buffer> {
  return sharp({ create: { width: 100, height: 100, channels: 3, background: color } })
    .png()
    .toBuffer()
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length)
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length
}
