import { expect, it } from 'vitest'
import { writeKillingTool } from '../../test/support/killing-tool.ts'
import {
  createMediaBench,
  type MediaBench,
  makeSample,
  toolSets,
} from '../../test/support/media-bench.ts'
import { describeWith } from '../../test/support/requires.ts'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { conformVideo } from './conform-video.ts'
import { conformVoice } from './conform-voice.ts'
import { createMedia } from './create-media.ts'
import type { MediaTools } from './media-tools.ts'

const SPEECH = new URL('../../examples/speech.wav', import.meta.url).pathname
const FILM = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=25:duration=1', '-pix_fmt', 'yuv420p']
/** More calls of one program than any step makes. */
const MAX_CALLS = 20

type Step = (media: MediaTools, film: string, bench: MediaBench) => Promise<unknown>

const SIZE = { width: 64, height: 64 }
const WHOLE = { x: 0, y: 0, ...SIZE }

const STEPS: readonly (readonly [name: string, step: Step])[] = [
  ['stageVoice', (media, _, { job }) => createMedia(media).stageVoice(SPEECH, job)],
  ['stageVideo', (media, film, { job }) => createMedia(media).stageVideo(film, job)],
  [
    'finish',
    (media, videoPath, { job }) =>
      createMedia(media).finish(
        { videoPath, audioPaths: [SPEECH], seconds: 1, frames: 25, fps: 25, comment: 'a test' },
        job,
      ),
  ],
  [
    'conformVideo',
    (media, path, { job }) => {
      const framing = { crop: WHOLE, placed: WHOLE }
      const length = { seconds: 1, fps: 25, frames: 30, whenShort: 'hold' } as const
      return conformVideo({ path, size: SIZE, framing, ...length, maxBytes: 1e8 }, media, job)
    },
  ],
  [
    'conformVoice',
    (media, _, { job }) => {
      const voice = { path: SPEECH, channel: null, seconds: 1, sampleRate: 44_100, maxBytes: 1e8 }
      return conformVoice(voice, media, job)
    },
  ],
]

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'a killed program', () => {
  it.runIf(process.platform !== 'win32').each(STEPS)(
    '14.5: is reported as killed, whichever call of %s it was',
    async (_name, step) => {
      const [first] = await toolSets()
      const { tools } = first!
      const bench = await createMediaBench(tools)
      const film = await makeSample(bench, 'film.mp4', FILM)
      for (const name of ['ffmpeg', 'ffprobe'] as const) {
        let call = 1
        for (; call < MAX_CALLS; call += 1) {
          const path = bench.files.path(`${name}-${call}`)
          const tool = await writeKillingTool(path, tools[name], [{ matching: '', call }])
          const media = { tools: { ...tools, [name]: tool }, limits: DEFAULT_LIMITS }
          const error = await step(media, film, bench).then(
            () => null,
            (thrown: unknown) => thrown,
          )
          if (error === null) break
          expect(error, `${name}, call ${call}`).toMatchObject({ code: 'tool_killed' })
        }
        expect(call).toBeGreaterThan(1)
        expect(call).toBeLessThan(MAX_CALLS)
      }
    },
  )
})
