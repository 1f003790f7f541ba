// A hub renders a long video in pieces: it says so beforehand and afterwards, survives kill -9, and what it has made can be watched and
// re-taken like any other.
import { expect, it, onTestFinished } from 'vitest'
import { voiceOf } from '../../support/long-voice.ts'
import { describeWith } from '../../support/requires.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { tinyRequest } from '../../support/test-hub.ts'
import { frameHashes } from '../media-facts.ts'
import { type StandIn, startStandIn } from '../standin/stand-in.ts'
import { hasEnded, type JobAnswer, startWatchedHub, type WatchedHub } from '../watched-hub.ts'

/** 8 windows: 33 + 7 * 24 frames at 25 a second. */
const FRAMES = 201
const PIECES = 2

interface PiecesAnswer extends JobAnswer {
  readonly step?: { readonly window?: number } | null
  readonly output:
    | (NonNullable<JobAnswer['output']> & {
        readonly video: { readonly frames: number }
        readonly windows: {
          readonly needed: number
          readonly rendered: number
          readonly kept?: number
        }
      })
    | null
}

async function openStandIn(): Promise<StandIn> {
  const comfyui = await startStandIn({ version: '0.33.0', msPerStep: 100 })
  onTestFinished(() => comfyui.close())
  return comfyui
}

async function post(hub: WatchedHub, path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const sent = { method: 'POST', headers, body: JSON.stringify(body) }
  return (await fetch(`${hub.url}${path}`, sent)).json()
}

/** The seconds of each window of the stream. */
async function streamed(hub: WatchedHub, id: string): Promise<readonly number[]> {
  const playlist = await hub.read(`/v1/jobs/${id}/stream.m3u8`)
  return [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds))
}

describeWith(
  ['ffmpeg', 'ffprobe'],
  'apt-get install ffmpeg',
  'a hub that renders in pieces',
  () => {
    it('loses at most the window of each piece to a kill, and keeps stream and re-take', async () => {
      const servers = [await openStandIn(), await openStandIn()]
      const data = (await createTestFolder()).path('data')
      const settings = { COMFYUI_URL: servers.map(({ url }) => url).join(',') }
      const first = await startWatchedHub(data, settings)
      const audio = { base64: (await voiceOf(FRAMES / 25)).toString('base64') }
      const members = { audio, seed: 7, preset: 'draft', window_frames: 33, pieces: PIECES }
      const id = await first.submit(members)
      await first.until(id, (job) => ((job as PiecesAnswer).step?.window ?? 0) >= 4)
      // The first piece only: the second one is rendered behind a gap.
      const early = await streamed(first, id).catch(() => [])
      await first.kill('SIGKILL')
      expect(early.length).toBeLessThanOrEqual(5)

      const second = await startWatchedHub(data, settings)
      const job = (await second.until(id, hasEnded)) as PiecesAnswer
      expect(job).toMatchObject({
        ...{ status: 'succeeded', error: null, input: { pieces: PIECES } },
        output: { video: { frames: FRAMES }, windows: { pieces: PIECES } },
      })
      const { needed, rendered } = job.output!.windows
      const sent = servers.map((server) => server.count('POST', '/prompt'))
      expect(rendered).toBeLessThanOrEqual(needed + PIECES)
      expect(sent[0]! + sent[1]!).toBe(rendered)
      expect(Math.min(...sent)).toBeGreaterThan(2)
      const windows = await streamed(second, id)
      expect(windows).toHaveLength(needed)
      expect(windows.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(FRAMES / 25, 3)

      const { image } = await tinyRequest()
      const estimate = await post(second, '/v1/estimate', { ...members, image })
      expect(estimate).toMatchObject({ pieces: PIECES, warnings: [] })

      // The fifth window begins the second piece, or follows the last of the first one, which hands nothing over.
      const from_s = windows.slice(0, 5).reduce((sum, seconds) => sum + seconds, 0)
      const { id: retakeId } = (await post(second, `/v1/jobs/${id}/retake`, {
        from_s,
      })) as JobAnswer
      const retake = (await second.until(retakeId, hasEnded)) as PiecesAnswer
      expect(retake).toMatchObject({ status: 'succeeded', output: { video: { frames: FRAMES } } })
      expect([4, 5]).toContain(retake.output!.windows.kept)
      const [before, after] = [
        await frameHashes(`${second.url}/v1/jobs/${id}/video`),
        await frameHashes(`${second.url}/v1/jobs/${retakeId}/video`),
      ]
      const keptFrames = Math.round(
        25 * windows.slice(0, 4).reduce((sum, seconds) => sum + seconds, 0),
      )
      expect(after.slice(0, keptFrames)).toEqual(before.slice(0, keptFrames))
      expect(after).toHaveLength(FRAMES)
    }, 180_000)
  },
)
