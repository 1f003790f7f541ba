// Callbacks of the runner, and the whole chain: a hub of ours hands a render to a queue, our runner makes it, the hub has the video.
import { writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createBeamCli, PORTRAIT } from '../beam/cli-run.ts'
import { CLIENT_TOKEN } from '../beam/standin/workspace.ts'
import { describeWith } from '../support/requires.ts'
import { startTestHub } from '../support/test-hub.ts'
import { wavFile } from '../support/wav-file.ts'
import {
  DEADLINE_MS,
  isSignedRight,
  letThrough,
  openBeam,
  openReceiver,
  TINY,
} from './live-beam.ts'
import { QUEUE } from './standin/live-gateway.ts'

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the end of a task', () => {
  it(
    'is told where the deployment says, signed with the key of the workspace, again after a 500',
    async () => {
      const receiver = await openReceiver()
      receiver.statuses = [500, 200]
      const beam = await openBeam()
      await beam.start('taskqueue', {
        env: { CALLBACK_URL: receiver.url, ...letThrough(receiver) },
      })
      const task = await beam.submit()
      await beam.ended(task)
      await vi.waitFor(() => expect(receiver.heard).toHaveLength(2), { timeout: 10_000 })
      const last = receiver.heard.at(-1)!
      expect(isSignedRight(last)).toBe(true)
      expect(last.headers).toMatchObject({ 'x-task-id': task.id, 'x-task-status': 'COMPLETE' })
      expect(JSON.parse(last.body)).toEqual({ data: task.result })
    },
    DEADLINE_MS,
  )

  it(
    'is told to no host that a request names and the configuration does not, and fails no task when it cannot be told',
    async () => {
      const receiver = await openReceiver()
      const beam = await openBeam()
      const env = { ...letThrough(receiver), BEAM_CALLBACK_HOSTS: 'hooks.example.org' }
      const container = await beam.start('taskqueue', {
        env: { ...env, CALLBACK_URL: receiver.url },
      })
      const refused = await beam.submit({ callback_url: 'http://127.0.0.1:1/told' })
      expect(await beam.ended(refused)).toMatchObject({
        status: 'ERROR',
        result: { code: 'url_forbidden_address' },
      })
      beam.gateway.faults.signsRefused = 1
      expect(await beam.ended(await beam.submit())).toMatchObject({ status: 'COMPLETE' })
      await container.logged(/^The callback to .* was not sent: .*no signing key/)
      expect(receiver.heard).toEqual([])
    },
    DEADLINE_MS,
  )

  it(
    'is a video in the hub that handed the render over',
    async () => {
      const beam = await openBeam()
      await beam.start('taskqueue')
      const hub = await startTestHub({
        env: {
          BEAM_TOKEN: CLIENT_TOKEN,
          BEAM_QUEUE: QUEUE,
          BEAM_GATEWAY_URL: beam.gateway.url,
          INFINITETALK_ENGINE: 'beam',
        },
      })
      onTestFinished(() => hub.stop())
      // A face has to be seen in the picture that is sent.
      const id = await hub.submit({ ...TINY, width: 128, height: 128 })
      expect(await hub.ended(id)).toMatchObject({
        status: 'succeeded',
        output: { engine: 'beam', video: { frames: 10 } },
      })
      expect(beam.gateway.tasks.all).toHaveLength(1)
    },
    DEADLINE_MS,
  )

  it.each([0, 2])(
    'is a video of inputs that are too large for a request, though %i uploads by signed link are refused',
    async (presignedPutRefused) => {
      const beam = await openBeam()
      const { gateway } = beam
      gateway.faults.presignedPutRefused = presignedPutRefused
      await beam.start('taskqueue', { env: letThrough(gateway) })
      const cli = await createBeamCli({
        env: { BEAM_TOKEN: CLIENT_TOKEN, BEAM_GATEWAY_URL: gateway.url, BEAM_VOLUME: 'inputs' },
      })
      // 13 MB: 18 MB in a request.
      await writeFile(cli.folder.path('long.wav'), wavFile({ samples: 410 * 16_000 }))
      const size = ['-w', '64', '-H', '64', '--max-frames', '10']
      const { code, out, err } = await cli.run([
        'submit',
        '--beam',
        '--queue',
        QUEUE,
        '-i',
        PORTRAIT,
        '-a',
        'long.wav',
        ...size,
        '--wait',
      ])
      expect(code, err).toBe(0)
      expect(out).toContain('SHA-256 verified')
      expect(err).toContain('Sending the inputs to the volume')
      const [task] = gateway.tasks.all
      expect(task).toMatchObject({ status: 'COMPLETE', completes: 1, result: { frames: 10 } })
      expect(task!.kwargs).toMatchObject({ wav_url: expect.stringContaining('/inputs/') })
      expect(gateway.faults.presignedPutRefused).toBe(0)
      // Nothing of it stays.
      expect([...gateway.volume.files.keys()]).toEqual([])
    },
    DEADLINE_MS,
  )
})
