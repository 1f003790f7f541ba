// A re-take keeps the windows before a moment and renders the rest again: another job, which needs nothing of the first one.
import { createClient } from '@infinitetalk/client'
import { expect, it } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { json, startTestHub } from '../../support/test-hub.ts'
import { codeOf, FRAMES, framesOf, startGrowingVideo, until, WINDOWS } from './growing-video.ts'

/** The first frame of the third window. */
const THIRD_WINDOW = 81 + 72

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a re-take', () => {
  it('goes on where a job was canceled, and changes a finished one from a moment on', async () => {
    const { hub, id, release } = await startGrowingVideo()
    const client = createClient({ baseUrl: hub.url })
    const retake = (of: string, body: object, headers = {}): Promise<Response> =>
      hub.fetch(`/v1/jobs/${of}/retake`, json(body, headers))
    await until(() =>
      client.jobs.stream(id).then(
        ({ windows }) => windows.length >= 2,
        () => false,
      ),
    )
    expect(await codeOf(await retake(id, { from_s: 1 }))).toEqual([409, 'job_not_finished'])
    await client.jobs.cancel(id)
    await hub.ended(id)
    for (const [body, code] of [
      [{ from_s: 11 }, 'invalid_request'],
      [{ from_s: -1 }, 'invalid_request'],
      [{}, 'invalid_request'],
      [{ from_s: 1, steps: 0 }, 'invalid_request'],
      [{ from_s: 1, cfg: 3 }, 'unknown_field'],
    ] as const) {
      expect(await codeOf(await retake(id, body)), JSON.stringify(body)).toEqual([422, code])
    }

    const body = { from_s: THIRD_WINDOW / 25, seed: 42 }
    const accepted = await retake(id, body, { 'idempotency-key': 'one' })
    expect(accepted.status).toBe(202)
    const { id: second } = (await accepted.json()) as { readonly id: string }
    const again = await retake(id, body, { 'idempotency-key': 'one' })
    expect(await again.json()).toMatchObject({ id: second, retry_of: id })
    const other = await retake(id, { from_s: 0 }, { 'idempotency-key': 'one' })
    expect(await codeOf(other)).toEqual([422, 'idempotency_key_reused'])
    await client.jobs.delete(id)
    release()
    const whole = await hub.ended(second)
    expect(whole).toMatchObject({
      status: 'succeeded',
      output: { seed: 42, windows: { needed: WINDOWS, rendered: WINDOWS - 2, kept: 2 } },
    })
    const before = await framesOf(`${hub.url}/v1/jobs/${second}/video`)
    expect(before).toHaveLength(FRAMES)
    expect(await codeOf(await retake(second, { from_s: 11.28 }))).toEqual([422, 'invalid_request'])

    const third = await client.jobs.retake(second, { fromSeconds: 7, prompt: 'She smiles' })
    await client.jobs.delete(second)
    const changed = await hub.ended(third.id)
    expect(changed).toMatchObject({
      status: 'succeeded',
      input: { prompt: 'She smiles' },
      output: { windows: { needed: WINDOWS, rendered: WINDOWS - 2, kept: 2 } },
    })
    const after = await framesOf(`${hub.url}/v1/jobs/${third.id}/video`)
    expect(after.slice(0, THIRD_WINDOW)).toEqual(before.slice(0, THIRD_WINDOW))
    expect(after).toHaveLength(FRAMES)
    for (let frame = THIRD_WINDOW; frame < FRAMES; frame += 1) {
      expect(after[frame], `frame ${frame}`).not.toBe(before[frame])
    }
  }, 180_000)

  it('needs a job that ended and was rendered in windows', async () => {
    await using hub = await startTestHub()
    const id = await hub.submit()
    await hub.ended(id)
    const refused = await hub.fetch(`/v1/jobs/${id}/retake`, json({ from_s: 0 }))
    expect(await codeOf(refused)).toEqual([409, 'windows_not_kept'])
    const unknown = await hub.fetch('/v1/jobs/job_nothing/retake', json({ from_s: 0 }))
    expect(await codeOf(unknown)).toEqual([404, 'job_not_found'])
  })
})
