// A video in windows: every window begins with the picture that the source shows at that time, whatever rate the source has.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createGenerationRequestParser, DEFAULT_REQUEST_BOUNDS } from '@infinitetalk/contract'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  createMediaBench,
  makeSample,
  type ToolSet,
  toolSets,
} from '../../../../test/support/media-bench.ts'
import { wavFile } from '../../../../test/support/wav-file.ts'
import { acceptRequest, planRender } from '../../../domain/generation.ts'
import { DEFAULT_LIMITS } from '../../../domain/limits.ts'
import { planSteps } from '../../../domain/window-steps.ts'
import { prepareWindowInputs } from './window-inputs.ts'

const parse = createGenerationRequestParser(DEFAULT_REQUEST_BOUNDS)
const SOURCE = { url: 'https://example.com/input' }
const SIZE = { width: 64, height: 64 }
const LOSSLESS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '0', '-pix_fmt', 'yuv420p']
const [{ tools }] = (await toolSets()) as [ToolSet]

/** Its brightness grows by 20 a second, from 16 on: a picture tells its time. */
const brightnessAt = (seconds: number): number => 16 + 20 * seconds

async function pictures(fps: number, sourceSeconds: number, voiceSeconds: number) {
  const bench = await createMediaBench(tools)
  const ramp = `color=black:s=64x64:r=${fps}:d=${sourceSeconds},geq=lum='16+20*T':cb=128:cr=128`
  const path = await makeSample(bench, 'ramp.mp4', ['-f', 'lavfi', '-i', ramp, ...LOSSLESS])
  const voicePath = bench.files.path('voice.wav')
  await writeFile(voicePath, wavFile({ samples: Math.round(voiceSeconds * 16_000) }))
  const voice = await bench.media.stageVoice(voicePath, bench.job)
  const video = await bench.media.stageVideo(path, bench.job)
  const members = { ...SIZE, on_short_video: 'hold' }
  const spec = acceptRequest(parse({ video: SOURCE, audio: SOURCE, ...members }))
  const visual = { kind: 'video', video } as const
  const plan = planRender(spec, { visual, voices: [voice] }, DEFAULT_LIMITS, 1)
  const workDir = bench.files.path('engine')
  await mkdir(workDir)
  const steps = planSteps(plan.frames, { windowFrames: 81, motionFrames: 9 })
  const context = { workDir, signal: bench.job.signal, onProgress: () => {} }
  const media = { tools, limits: DEFAULT_LIMITS, faces: { findFaces: async () => [] } }
  const inputs = await prepareWindowInputs(plan, steps, context, media)
  const found: { readonly startFrame: number; readonly brightness: number }[] = []
  for (const step of steps.steps) {
    const { data, info } = await sharp(await inputs.picture(step))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect({ width: info.width, height: info.height }).toEqual(SIZE)
    const at = (32 * info.width + 32) * info.channels
    found.push({ startFrame: step.startFrame, brightness: data[at]! })
  }
  return { inputs, found }
}

/** In full range, as in a PNG. */
function luma(seconds: number): number {
  return ((brightnessAt(seconds) - 16) * 255) / 219
}

/** A frame of 25 a second is 0.93 brighter than the one before. */
const ONE_FRAME = (20 / 25) * (255 / 219)

describe('the pictures of a video in windows', () => {
  it.each([25, 30, 50])('are those of the times at which windows begin, at %s fps', async (fps) => {
    const { inputs, found } = await pictures(fps, 9, 9)
    expect(inputs.isStill).toBe(false)
    expect(found.map(({ startFrame }) => startFrame)).toEqual([0, 72, 144])
    for (const { startFrame, brightness } of found) {
      expect(Math.abs(brightness - luma(startFrame / 25))).toBeLessThanOrEqual(ONE_FRAME + 1)
    }
  })

  it('are the last one of a video that is too short and held', async () => {
    const { found } = await pictures(25, 3, 9)
    const [first, second, third] = found
    expect(first!.brightness).toBeLessThan(ONE_FRAME + 1)
    expect(Math.abs(second!.brightness - luma(72 / 25))).toBeLessThanOrEqual(ONE_FRAME + 1)
    expect(Math.abs(third!.brightness - luma(3))).toBeLessThanOrEqual(ONE_FRAME + 1)
  })

  it('have beside them each stretch of the voice once, which nobody overwrites while it is sent', async () => {
    const { inputs } = await pictures(25, 1, 1)
    const stretch = { name: 'voice-0-25', fromFrame: 0, toFrame: 25 }
    const path = await inputs.voice(stretch)
    await writeFile(path, 'half of it is sent')
    expect(await inputs.voice(stretch)).toBe(path)
    expect(await readFile(path, 'utf8')).toBe('half of it is sent')
  })
})
