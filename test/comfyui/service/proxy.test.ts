// A hub renders over the real comfy-api-proxy: the videos that it would render on the ComfyUI behind it, and nothing sent twice. Cancels
// and failures there: test/long/comfy-api.test.ts.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runProgram } from '../../deploy/run-script.ts'
import { guideCommands } from '../../support/guide-commands.ts'
import { describeWithMaker, makersProgram } from '../../support/makers.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { SHIPPED_TOOLS } from '../../support/shipped-tools.ts'
import { type FlatRequest, talkRequests } from '../../support/talk-requests.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { wavFile } from '../../support/wav-file.ts'
import { freePort } from '../standin/free-port.ts'
import { type StandIn, type StandInOptions, startStandIn } from '../standin/stand-in.ts'
import { hasEnded, isSampling, startWatchedHub, type WatchedHub } from '../watched-hub.ts'
import { startApiProxy, TOKEN } from './proxy.ts'

interface Setting {
  readonly comfyui: StandIn
  serve(): Promise<WatchedHub>
}

const TIMEOUT_MS = 400_000

async function set(options: StandInOptions = {}): Promise<Setting> {
  const comfyui = await startStandIn({ version: '0.33.0', ...options })
  onTestFinished(() => comfyui.close())
  const { url } = await startApiProxy(comfyui.url)
  const folder = await createTestFolder()
  const settings = { COMFY_API_URL: url, COMFY_API_KEY: TOKEN }
  return { comfyui, serve: () => startWatchedHub(folder.path('data'), settings) }
}

function talk(seconds: number) {
  const samples = Math.round(seconds * 16_000)
  const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
  return { audio, seed: 42, preset: 'draft' }
}

describeWithMaker('comfy', 'comfy-api-proxy', 'a hub and comfy-api-proxy', () => {
  it(
    'render two windows though the hub is killed, each sent once; then a video; and two speakers',
    async () => {
      const packs = await readFile(
        join(ROOT, 'test/fixtures/comfyui/v0.28.0/object_info.json'),
        'utf8',
      )
      const { comfyui, serve } = await set({
        msPerStep: 400,
        editObjectInfo: (info) => Object.assign(info, { ...JSON.parse(packs), ...info }),
      })
      const first = await serve()
      const id = await first.submit(talk(4.5))
      await first.until(id, isSampling)
      await first.kill('SIGKILL')
      expect(comfyui.control.queueLength()).toBe(1)
      const hub = await serve()
      const job = await hub.until(id, hasEnded)
      expect(job).toMatchObject({
        ...{ status: 'succeeded', attempt: 2, error: null },
        output: { video: { frames: 113 }, windows: { needed: 2, rendered: 2 } },
      })
      expect(comfyui.count('POST', '/prompt')).toBe(2)
      // The picture and the voice, once for both attempts, and the frames between the windows.
      expect(comfyui.count('POST', '/upload/image')).toBe(3)

      const { v2v, two } = await talkRequests()
      const base64 = (of: FlatRequest, name: string) => ({ base64: String(of[name]) })
      const dubbed = { image: undefined, input_type: 'video', video: base64(v2v, 'video_base64') }
      const couple = {
        image: base64(two, 'image_base64'),
        audio: [base64(two, 'wav_base64'), base64(two, 'wav_base64_2')],
        max_frames: 10,
      }
      for (const request of [
        { ...talk(0.4), ...dubbed },
        { ...talk(0.4), ...couple },
      ]) {
        const ended = await hub.until(await hub.submit(request), hasEnded)
        expect(ended).toMatchObject({ status: 'succeeded', error: null })
        expect(ended).toMatchObject({ output: { video: { frames: 10 } } })
      }
      expect(comfyui.count('POST', '/prompt')).toBe(4)
    },
    TIMEOUT_MS,
  )

  it('are set up by the commands of the guide', async () => {
    const comfyui = await startStandIn({ version: '0.33.0' })
    onTestFinished(() => comfyui.close())
    const folder = (await createTestFolder()).path('.')
    const [script = ''] = guideCommands('comfy-api.md', 'run')
    const here = script
      .replaceAll('http://127.0.0.1:8188', comfyui.url)
      .replaceAll('8189', String(await freePort()))
      .replaceAll('npx infinitetalk', `${process.execPath} ${join(ROOT, 'bin/infinitetalk.js')}`)
    const programs = dirname(makersProgram('comfy', 'comfy-api-proxy'))
    const { code, said } = await runProgram('bash', ['-euc', `trap 'kill %1' EXIT\n${here}`], {
      folder,
      env: { ...SHIPPED_TOOLS, PATH: `${programs}:${process.env.PATH}` },
    })
    expect(code, said).toBe(0)
    expect(said).toContain('lets this hub in')
  })
})
