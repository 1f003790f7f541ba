// A render in windows whose hub is killed goes on with the next window, on any ComfyUI: the stand-in, and with COMFYUI_URL a real one.
import { expect, it } from 'vitest'
import { voiceOf } from '../support/long-voice.ts'
import { createTestFolder } from '../support/test-folder.ts'
import type { SuiteServer } from './render-suite.ts'
import { hasEnded, type JobAnswer, startWatchedHub } from './watched-hub.ts'

const WINDOWS = 3
/** 81 + 2 * 72 frames. */
const SECONDS = 9

interface WindowedAnswer extends JobAnswer {
  readonly step?: { readonly window?: number } | null
}

export function resumeSuite({ open, headers, side, timeoutMs, env = {} }: SuiteServer): void {
  it(
    'I2V_window is the same to the bit after its hub was killed in the second window',
    async () => {
      const { url } = await open()
      const folder = await createTestFolder()
      const serve = (data: string) =>
        startWatchedHub(folder.path(data), {
          COMFYUI_URL: url,
          ...(headers === undefined ? {} : { COMFYUI_HEADERS: headers }),
          ...env,
        })
      const audio = { base64: (await voiceOf(SECONDS)).toString('base64') }
      const size = { width: side, height: side }
      const request = { audio, ...size, seed: 42, preset: 'draft', workflow: 'I2V_window' }
      const frames = Math.ceil(SECONDS * 25)

      const calm = await serve('calm')
      const wanted = await calm.until(await calm.submit(request), hasEnded, timeoutMs)
      expect(wanted).toMatchObject({
        status: 'succeeded',
        output: { video: { frames }, windows: { needed: WINDOWS, rendered: WINDOWS } },
      })
      await calm.kill('SIGTERM')

      const first = await serve('killed')
      const id = await first.submit(request)
      await first.until(id, (job) => ((job as WindowedAnswer).step?.window ?? 0) >= 2, timeoutMs)
      await first.kill('SIGKILL')
      const second = await serve('killed')
      const job = await second.until(id, hasEnded, timeoutMs)
      const { sha256 } = (wanted.output as unknown as { video: { sha256: string } }).video
      expect(job).toMatchObject({
        status: 'succeeded',
        output: { video: { frames, sha256 }, windows: { needed: WINDOWS } },
      })
      const { rendered } = (job.output as unknown as { windows: { rendered: number } }).windows
      expect(rendered).toBeLessThanOrEqual(WINDOWS + 1)
      await second.kill('SIGTERM')
    },
    timeoutMs,
  )
}
