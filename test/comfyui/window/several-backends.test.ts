// Several ComfyUIs share the jobs of a hub. One that dies in the middle of a render costs the window it was in: the job goes on at
// once on another one, in the same attempt.
import { expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { wavFile } from '../../support/wav-file.ts'
import { startStandIn } from '../standin/stand-in.ts'
import { hasEnded, startWatchedHub } from '../watched-hub.ts'

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'several ComfyUIs', () => {
  it('take over from one that dies, and leave it out', async () => {
    const dying = await startStandIn({
      version: '0.33.0',
      faults: { dieAt: { at: 0.5, downMs: 200 } },
    })
    onTestFinished(() => dying.close())
    const other = await startStandIn({ version: '0.33.0' })
    onTestFinished(() => other.close())
    const hub = await startWatchedHub((await createTestFolder()).path('data'), {
      COMFYUI_URL: `${dying.url},${other.url}`,
    })
    const samples = 16_000 * 4
    const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
    const request = { audio, preset: 'draft', seed: 7 }
    const first = await hub.until(await hub.submit(request), hasEnded)
    expect(first).toMatchObject({
      status: 'succeeded',
      attempt: 1,
      output: { seed: 7, windows: { needed: 2, rendered: 3 } },
    })
    const second = await hub.until(await hub.submit(request), hasEnded)
    expect(second).toMatchObject({ output: { windows: { needed: 2, rendered: 2 } } })
    expect(dying.count('POST', '/prompt')).toBe(1)
  }, 120_000)
})
