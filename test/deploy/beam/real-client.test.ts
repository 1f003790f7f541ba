// Beam's real programs against a stand-in of its gateway: the commands of the guide by its command line; then the deployed functions in
// its own runner, called by its client, by `infinitetalk submit --beam`, and as the first clients called them.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BeamCli, createBeamCli, INPUTS, PORTRAIT, SPEECH } from '../../beam/cli-run.ts'
import { type StandIn, startStandIn } from '../../comfyui/standin/stand-in.ts'
import { guideCommands } from '../../support/guide-commands.ts'
import { describeWithMaker } from '../../support/makers.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { TALK_SECONDS, type TalkRequests, talkRequests } from '../../support/talk-requests.ts'
import { readCopy, readDockerfile } from '../dockerfile.ts'
import { openRealBeam, type RealBeam, TRACKED } from './real-gateway.ts'

const SMALL = ['-w', '128', '-H', '128', '--max-frames', '10'] as const

describeWithMaker('beam', 'beam', "Beam's own programs", () => {
  let comfyui: StandIn
  let beam: RealBeam
  let requests: TalkRequests

  beforeAll(async () => {
    comfyui = await startStandIn({ version: '0.33.0' })
    beam = await openRealBeam({ COMFYUI_URL: comfyui.url })
    requests = await talkRequests()
  })
  afterAll(async () => {
    await beam[Symbol.asyncDispose]()
    await comfyui.close()
  })

  it('build, upload and deploy what the guide says', async () => {
    const [, deploy = ''] = guideCommands('beam.md', 'account')
    const said = await beam.run(deploy)
    expect(said).toContain('task-1')
    expect(beam.told('invoked')).toEqual([
      { kind: 'invoked', stub: 'preload_models:preload_models' },
    ])
    // The last stage is what Beam builds.
    const built = readDockerfile(String(beam.told('image')[0]?.dockerfile))
    expect(built.findLast(({ name }) => name === 'FROM')?.stage).toBe('beam')
    const dockerfile = readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8')
    const copied = readDockerfile(dockerfile)
      .filter(({ name }) => name === 'COPY')
      .map(readCopy)
      .flatMap((copy) => (copy.from === null ? copy.sources : []))
    const isCopied = (path: string): boolean =>
      copied.some((source) => path === source || path.startsWith(`${source}/`))
    const wanted = TRACKED.filter((path) => isCopied(path) && !/\.test\.ts$|(^|\/)\.env/.test(path))
    expect(wanted.length).toBeGreaterThan(100)
    const uploaded = beam.told('uploaded')
    expect(uploaded[0]?.names).toEqual(wanted.toSorted())
    expect(uploaded[1]?.names).toEqual(['app.py', 'hub_image.py', 'preload_models.py'])
    expect(beam.told('deployed')).toEqual([
      { kind: 'deployed', name: 'infinitetalk', stub: 'endpoint/deployment' },
      { kind: 'deployed', name: 'infinitetalk-queue', stub: 'taskqueue/deployment' },
    ])
    const common = {
      ...{ imageId: 'image-1', appName: 'infinitetalk', gpu: 'RTX4090', gpuCount: 1 },
      volumes: [{ id: 'volume-1', mountPath: '/models' }],
      onStart: 'app:start_hub',
      authorized: true,
    }
    expect(beam.told('stub').map(({ request }) => request)).toEqual([
      expect.objectContaining({ handler: 'preload_models:preload_models', memory: '4096' }),
      expect.objectContaining({ ...common, handler: 'app:handler', memory: '43008' }),
      expect.objectContaining({
        ...{ ...common, handler: 'app:queue_handler', memory: '49152', keepWarmSeconds: 60 },
        taskPolicy: { maxRetries: 3, timeout: '3600' },
      }),
    ])
    expect(beam.told('unknown')).toEqual([])
  })

  it('render in their runner what `infinitetalk submit --beam` and the first clients ask for', async () => {
    const env = { BEAM_TOKEN: beam.token, BEAM_QUEUE: 'infinitetalk-queue' }
    const cli = await createBeamCli({ env: { ...env, BEAM_GATEWAY_URL: beam.url } })
    const submit = ['submit', '--beam', ...SMALL, '--wait', '-o', 'out.mp4', '--force']
    await writeFile(
      cli.folder.path('still.mp4'),
      Buffer.from(String(requests.v2v.video_base64), 'base64'),
    )
    for (const input of [PORTRAIT, 'still.mp4']) {
      const { code, out, err } = await cli.run([
        ...submit,
        input === PORTRAIT ? '-i' : '-v',
        input,
        '-a',
        SPEECH,
      ])
      expect(code, err).toBe(0)
      expect(out).toMatch(/✅ out\.mp4\n {3}\d+ kB from Beam, SHA-256 verified\n$/)
    }
    // The link is not opened here.
    const failed = await cli.run([...submit, '-i', 'http://10.0.0.1/a.png', '-a', SPEECH])
    expect(failed.code).toBe(2)
    expect(failed.err).toContain('url_forbidden_address')

    const first = await askAsFirstClients(beam, requests.i2v)
    expect(createHash('sha256').update(first.video).digest('hex')).toBe(first.result.sha256)
  })

  it('end a task that is canceled, and let one expire that waits behind it', async () => {
    const env = { BEAM_TOKEN: beam.token, BEAM_QUEUE: 'infinitetalk-queue' }
    const cli = await createBeamCli({ env: { ...env, BEAM_GATEWAY_URL: beam.url } })
    const newestJob = async () => {
      const answer = await fetch(`${beam.hubUrl}/v1/jobs?limit=1`)
      return ((await answer.json()) as { data: { status: string }[] }).data[0]?.status
    }
    comfyui.control.setFaults({ hangAt: { at: 0.5 } })
    const running = await submitted(cli)
    await expect.poll(newestJob).toBe('running')
    const waiting = await submitted(cli)
    beam.expire(waiting)
    const expired = await cli.run(['wait', '--beam', waiting])
    expect(expired.code).toBe(1)
    expect(expired.err).toContain('start_deadline_passed')
    expect((await cli.run(['cancel', '--beam', running])).code).toBe(0)
    await expect.poll(newestJob).toBe('canceled')
    comfyui.control.setFaults({})

    const { i2v, v2v, two, wrong } = requests
    const rendered = { status: 'COMPLETE', videos: ['ftyp'], result: { duration_s: TALK_SECONDS } }
    const seen = await beam.runClient({
      ...{ token: beam.token, expired: waiting },
      queue: { v2v, two, wrong },
      endpoint: { i2v, wrong },
    })
    expect(seen).toMatchObject({
      queue: {
        ...{ v2v: rendered, two: rendered },
        wrong: { status: 'COMPLETE', videos: [], result: { code: 'base64_invalid' } },
      },
      endpoint: { i2v: { video: 'ftyp' }, wrong: { code: 'base64_invalid' } },
      // Beam's client does not know a state that its gateway has.
      expired: "'EXPIRED' is not a valid TaskStatus",
    })
    expect(beam.told('unknown')).toEqual([])
  })
})

async function submitted(cli: BeamCli): Promise<string> {
  const { code, out, err } = await cli.run(['submit', '--beam', ...INPUTS, ...SMALL])
  expect(code, err).toBe(0)
  return /📥 (\S+) /.exec(out)?.[1] ?? ''
}

async function statusOf({ url, token }: RealBeam, id: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` }
  return ((await (await fetch(`${url}/v2/task/${id}/`, { headers })).json()) as Task).status
}

interface Task {
  readonly status: string
  readonly outputs: readonly { readonly url: string }[]
  readonly result: Readonly<Record<string, unknown>>
}

/** The client that came with the first service: it polls, and downloads the first output. */
async function askAsFirstClients(beam: RealBeam, request: object) {
  const headers = { authorization: `Bearer ${beam.token}`, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(request) }
  const answer = await fetch(`${beam.url}/taskqueue/infinitetalk-queue`, init)
  const { task_id } = (await answer.json()) as { task_id: string }
  await expect.poll(() => statusOf(beam, task_id)).toBe('COMPLETE')
  const told = await fetch(`${beam.url}/v2/task/${task_id}/`, { headers })
  const { outputs, result } = (await told.json()) as Task
  const video = await fetch(outputs[0]!.url)
  return { result, video: Buffer.from(await video.arrayBuffer()) }
}
