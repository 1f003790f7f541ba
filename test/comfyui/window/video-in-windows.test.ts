// A video that is given another voice, window by window: each window is led by the source's frame at its start.
import { mkdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createMediaBench, makeSample, toolSets } from '../../support/media-bench.ts'
import { describeWith } from '../../support/requires.ts'
import { samplePlan } from '../../support/sample-plan.ts'
import { comfyRender } from '../comfy-render.ts'
import { probeVideoFile } from '../media-facts.ts'

const SMALL = { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window' } as const
/** Two windows: 81 frames and 32. */
const SECONDS = 4.5
const FRAMES = 113
const SOURCE = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=30:duration=5', '-c:v', 'libx264']

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a video in windows', () => {
  it('has exact frames, and a picture of its own for every window', async () => {
    const { tools } = (await toolSets()).at(-1)!
    const bench = await createMediaBench(tools)
    const video = await bench.media.stageVideo(
      await makeSample(bench, 'source.mp4', SOURCE),
      bench.job,
    )
    const standIn = { version: '0.33.0' } as const
    const comfy = await comfyRender({ standIn, seconds: SECONDS, request: SMALL })
    const [voice] = comfy.plan.voices
    const still = samplePlan(comfy.plan.image, voice!, SMALL)
    const plan = { ...still, image: video.firstFrame, video }
    const workDir = comfy.folder.path('of-a-video')
    await mkdir(workDir)
    const signal = AbortSignal.timeout(110_000)
    const made = await comfy.engine.generate(plan, { workDir, signal, onProgress: () => {} })
    expect(made).toMatchObject({ frames: FRAMES, windows: { needed: 2, rendered: 2 } })
    expect(probeVideoFile(made.path, tools).frames).toBe(FRAMES)
    const pictures = (await comfy.standIn.files('input')).filter((name) => /image/.test(name))
    expect(pictures.map((name) => /image-\d\.png$/.exec(name)?.[0]).toSorted()).toEqual([
      'image-1.png',
      'image-2.png',
    ])
  })
})
