// 200 jobs over four ComfyUIs: one loses its GPU in its first prompt and never gets it back, another one of the rest is killed every
// five seconds. No job is lost, none is rendered twice, and the poisoned one costs a job now and then a moment.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isFinalEvent } from '@infinitetalk/contract'
import { expect, it, onTestFinished } from 'vitest'
import { seededRandom } from '../../src/engines/preview/speech/seeded-random.ts'
import { type StandInProcess, startStandInProcess } from '../comfyui/stand-in-process.ts'
import { LOST_GPU, startStandIn } from '../comfyui/standin/stand-in.ts'
import { hasEnded, startWatchedHub, type WatchedHub } from '../comfyui/watched-hub.ts'
import { voiceOf } from '../support/long-voice.ts'
import { describeWith } from '../support/requires.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { createTestFolder } from '../support/test-folder.ts'

const JOBS = 200
const KILL_EVERY_MS = 5000
const DOWN_MS = 2000
/** A backend that failed is left out for so long at first. */
const FIRST_OUT_MS = 15_000
const TIMEOUT_MS = 3_600_000

interface RenderedAnswer {
  readonly output: { readonly seed: number; readonly windows: { readonly rendered: number } }
}

/** Until the signal. @returns the number of kills, when it has ended and all are up */
async function killNowAndThen(
  servers: readonly StandInProcess[],
  signal: AbortSignal,
): Promise<number> {
  const random = seededRandom(16)
  let kills = 0
  while (!signal.aborted) {
    await sleep(KILL_EVERY_MS - DOWN_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    const server = servers[Math.floor(random() * servers.length)]!
    await server.kill()
    kills += 1
    await sleep(DOWN_MS, undefined, { signal }).catch(() => {})
    await server.start()
  }
  return kills
}

async function eventTypes(hub: WatchedHub, id: string): Promise<readonly string[]> {
  const headers = { accept: 'application/x-ndjson' }
  const answer = await fetch(`${hub.url}/v1/jobs/${id}/events`, { headers })
  const lines = (await answer.text()).split('\n').filter((line) => line !== '')
  return lines.map((line) => (JSON.parse(line) as { readonly type: string }).type)
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'four ComfyUIs', () => {
  it(
    'render 200 jobs while one of them is poisoned and another is killed every 5 s',
    async () => {
      const folder = await createTestFolder()
      const poisoned = await startStandIn({
        version: '0.33.0',
        faults: { errorAt: { at: 0.3, ...LOST_GPU } },
      })
      onTestFinished(() => poisoned.close())
      const mortal = await Promise.all(
        ['a', 'b', 'c'].map((name) => startStandInProcess(folder, name)),
      )
      const hub = await startWatchedHub(folder.path('data'), {
        COMFYUI_URL: [poisoned, ...mortal].map(({ url }) => url).join(','),
        INFINITETALK_LIMIT_RENDER_MAX_PARALLEL: '4',
        INFINITETALK_LIMIT_LEASE_MS: '15s',
      })
      const image = {
        file_id: await hub.upload(await readFile(join(ROOT, 'examples/portrait.png'))),
      }
      const audio = { file_id: await hub.upload(await voiceOf(1)) }
      const over = new AbortController()
      const killing = killNowAndThen(mortal, over.signal)
      const sinceMs = performance.now()
      const seeds = new Map<string, number>()
      for (let seed = 1; seed <= JOBS; seed += 1) {
        seeds.set(await hub.submit({ image, audio, seed, preset: 'draft' }), seed)
      }
      expect(seeds.size).toBe(JOBS)

      let rendered = 0
      for (const [id, seed] of seeds) {
        const job = await hub.until(id, hasEnded, TIMEOUT_MS)
        expect(job).toMatchObject({ status: 'succeeded', error: null, output: { seed } })
        rendered += (job as unknown as RenderedAnswer).output.windows.rendered
        const ends = (await eventTypes(hub, id)).filter((type) => isFinalEvent(type as never))
        expect(ends).toHaveLength(1)
      }
      over.abort()
      const kills = await killing
      const prompts = poisoned.requests.filter(
        ({ method, path }) => method === 'POST' && path === '/prompt',
      )
      const seconds = Math.round((performance.now() - sinceMs) / 1000)
      console.log({ jobs: JOBS, seconds, kills, rendered, poisonedPrompts: prompts.length })
      // Each window that was begun and did not become a video was on one that was killed, or on the poisoned one.
      expect(rendered).toBeLessThanOrEqual(JOBS + kills + prompts.length)
      expect(prompts.length).toBeGreaterThan(0)
      for (const [index, { atMs }] of prompts.entries()) {
        const before = prompts[index - 1]
        if (before !== undefined) expect(atMs - before.atMs).toBeGreaterThanOrEqual(FIRST_OUT_MS)
      }
    },
    TIMEOUT_MS,
  )
})
