// A task queue on Beam from the command line, with no hub in between: every end of a task, every failure on the way, and what the
// person needs to come back to it.
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createBeamService } from '../../src/engines/beam/beam-service.ts'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { startTestHub } from '../support/test-hub.ts'
import { wavFile } from '../support/wav-file.ts'
import { createBeamCli, INPUTS, PORTRAIT, SPEECH, unwrapped } from './cli-run.ts'
import { openBeam, VIDEO } from './cloud-render.ts'
import { BEAM_QUEUE, BEAM_TOKEN, type BeamGateway } from './standin/beam-gateway.ts'
import type { Script } from './standin/task-life.ts'

const SUBMIT = ['submit', '--beam', ...INPUTS] as const
const SUBMIT_AND_WAIT = [...SUBMIT, '--wait', '-o', 'out.mp4'] as const
/** Renders until the test says otherwise. */
const RUNNING: Script = [['RUNNING', 0]]

async function bench(options: Parameters<typeof openBeam>[0] = {}) {
  const gateway = await openBeam(options)
  return { gateway, cli: await createBeamCli(gateway) }
}

function onlyTask(gateway: BeamGateway) {
  const [task, ...others] = gateway.tasks
  expect(others).toEqual([])
  return task!
}

async function base64Of(path: string): Promise<string> {
  return (await readFile(path)).toString('base64')
}

describe('infinitetalk submit --beam', () => {
  it('hands over what was asked for, in the form that every handler knows', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    const words = ['-p', 'She smiles', '-w', '320', '-H', '256', '--no-force-offload']
    const { code, out } = await cli.run([...SUBMIT, ...words, '--max-frames', '50'])
    expect(code).toBe(0)
    const { id, body } = onlyTask(gateway)
    expect(body).toEqual({
      input_type: 'image',
      person_count: 'single',
      image_base64: await base64Of(PORTRAIT),
      wav_base64: await base64Of(SPEECH),
      prompt: 'She smiles',
      width: 320,
      height: 256,
      force_offload: false,
      max_frame: 50,
    })
    expect(out).toBe(`📥 ${id} is in the queue of Beam\n   infinitetalk wait --beam ${id}\n`)
  })

  it('passes links on, and sends two voices with their boxes in the structured form', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    const image = 'https://example.org/two.png'
    const boxes = ['--box', '0,0,0.5,1', '--box-2', '0.5,0,0.5,1']
    const media = ['-i', image, '-a', SPEECH, '--audio-2', 'https://example.org/b.wav']
    expect((await cli.run(['submit', '--beam', ...media, ...boxes])).code).toBe(0)
    expect(onlyTask(gateway).body).toEqual({
      input_type: 'image',
      person_count: 'multi',
      image: { url: image },
      audio: [
        { base64: await base64Of(SPEECH), box: [0, 0, 0.5, 1] },
        { url: 'https://example.org/b.wav', box: [0.5, 0, 0.5, 1] },
      ],
    })
  })

  it('takes the voice from standard input', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    const input = await readFile(SPEECH)
    const { code } = await cli.run(['submit', '--beam', '-i', PORTRAIT, '-a', '-'], { input })
    expect(code).toBe(0)
    expect(onlyTask(gateway).body.wav_base64).toBe(input.toString('base64'))
  })

  it.each([
    ['by its name', ['--beam', '--queue', `${BEAM_QUEUE}/v3`], `/taskqueue/${BEAM_QUEUE}/v3`],
    ['by the URL that calls it', ['--beam', '--url', 'URL'], `/taskqueue/${BEAM_QUEUE}/latest`],
    ['as the client of old did', ['--url', 'URL'], `/taskqueue/${BEAM_QUEUE}/latest`],
  ])('names the queue %s', async (_, words, path) => {
    const { gateway, cli } = await bench({ script: RUNNING })
    const url = `${gateway.web.url}/taskqueue/${BEAM_QUEUE}/latest`
    const named = words.map((word) => (word === 'URL' ? url : word))
    const { code, out } = await cli.run(['submit', ...named, ...INPUTS], {
      env: { BEAM_QUEUE: undefined },
    })
    expect(code).toBe(0)
    expect(gateway.web.asked).toContain(`POST ${path}`)
    const again = words.includes('URL') ? `wait --beam --url ${url} ` : 'wait --beam '
    expect(out).toContain(again + onlyTask(gateway).id)
  })

  it('reaches a queue at a host of its own, whose name nobody told', async () => {
    const { gateway } = await bench({ script: RUNNING, faults: { submitsBroken: 1 } })
    const { url } = gateway.web
    const own = { gatewayUrl: url, token: BEAM_TOKEN, queue: 'talk-ab12', volume: null }
    const service = createBeamService({ ...own, invokeUrl: `${url}/` })
    await expect(service.submit({}, 5000)).rejects.toThrow('cannot be reached')
    const id = await service.submit({}, 5000)
    expect(gateway.tasks.map((task) => task.id)).toEqual([id])
    // Every task of the workspace may belong to it.
    expect(await service.lookBack?.since('0', AbortSignal.timeout(5000))).toEqual([id])
  })

  it('brings the video with --wait, whole and verified, and leaves nothing beside it', async () => {
    const { gateway, cli } = await bench()
    const { code, out, err } = await cli.run(SUBMIT_AND_WAIT)
    expect(code).toBe(0)
    const { id } = onlyTask(gateway)
    expect(out).toBe(
      `📥 ${id} is in the queue of Beam\n✅ out.mp4\n   41 kB from Beam, SHA-256 verified\n`,
    )
    // No percentage: Beam reports none.
    expect(err.split('\n')).not.toContainEqual(expect.stringMatching(/(Waiting|Rendering).*%/))
    expect(await cli.video()).toEqual(VIDEO)
    expect(await cli.folder.names()).toEqual(['out.mp4'])
  })

  it('tells programs everything with --json', async () => {
    const { gateway, cli } = await bench()
    const { events } = await cli.run([...SUBMIT_AND_WAIT, '--json'])
    const { id } = onlyTask(gateway)
    const told = events().filter(({ event }) => event !== 'progress')
    expect(told[0]).toEqual({ event: 'submitted', task_id: id, stored_inputs: null })
    expect(told.at(-1)).toMatchObject({
      event: 'result',
      task_id: id,
      bytes: VIDEO.length,
      sha256_verified: true,
    })
  })

  it.each([
    ['ERROR', 'engine_failed', 'ValueError: no face', 1],
    ['TIMEOUT', 'job_timeout', 'took longer', 1],
    ['EXPIRED', 'start_deadline_passed', 'expired in the queue', 1],
    ['CANCELLED', 'job_canceled', 'was canceled on Beam', 1],
  ])('ends with the end of the task: %s', async (status, errorCode, words, exitCode) => {
    const { gateway, cli } = await bench({ script: RUNNING })
    const result = cli.run(SUBMIT_AND_WAIT)
    await expect.poll(() => gateway.tasks.length).toBe(1)
    const task = onlyTask(gateway)
    task.reason = 'Traceback (most recent call last):\nValueError: no face'
    gateway.move(task, status)
    const { code, err } = await result
    expect(code).toBe(exitCode)
    expect(err).toContain(`   ${errorCode}: `)
    expect(err).toContain(words)
    expect(await cli.folder.names()).toEqual([])
  })

  it('goes on through states that are no end: given back to the queue, and never heard of', async () => {
    const script: Script = [
      ['RUNNING', 60],
      ['RETRY', 150],
      ['DEFROSTING', 150],
      ['RUNNING', 150],
      ['COMPLETE', 60],
    ]
    const { cli } = await bench({ script })
    const { code, err } = await cli.run(SUBMIT_AND_WAIT)
    expect(code).toBe(0)
    const lines = err.split('\n')
    expect(lines).toContain('Waiting in the queue of Beam again (RETRY)')
    expect(lines.some((line) => line.includes('DEFROSTING'))).toBe(true)
    expect(await cli.video()).toEqual(VIDEO)
  })

  it.each([
    ['an unknown preset', ['--preset', 'fast'], 'preset'],
    ['an absurd size', ['-w', '3'], 'width'],
  ])('refuses %s before anything is read or sent', async (_, words, named) => {
    const { gateway, cli } = await bench()
    const missing = ['-i', 'missing.png', '-a', 'missing.wav']
    const { code, err } = await cli.run(['submit', '--beam', ...missing, ...words])
    expect(code).toBe(2)
    expect(err).toContain(named)
    expect(gateway.web.asked).toEqual([])
  })

  it.each([
    ['a file that is not there', 'missing.wav', 'path_not_found'],
    ['a text', 'text.wav', 'audio_unsupported'],
    ['half a recording', 'cut.wav', 'audio_unreadable'],
    ['a picture', PORTRAIT, 'audio_unsupported'],
  ])('refuses %s as the voice before a machine is started for it', async (_, voice, errorCode) => {
    const { gateway, cli } = await bench()
    await writeFile(cli.folder.path('text.wav'), 'I am no sound.')
    await writeFile(cli.folder.path('cut.wav'), wavFile({ samples: 1000, claimedBytes: 90_000 }))
    const { code, err } = await cli.run(['submit', '--beam', '-i', PORTRAIT, '-a', voice])
    expect(code).toBe(2)
    expect(err).toContain(`${errorCode}:`)
    expect(gateway.web.asked).toEqual([])
  })

  it.each([
    ['a text', ['--text', 'Hello.']],
    ['a list of turns', ['-a', SPEECH, '--turns', 'left:0-1,right:1-2']],
    ['captions', ['-a', SPEECH, '--captions', 'file']],
  ])('refuses %s, which only a hub knows, before anything is sent', async (_, words) => {
    const { gateway, cli } = await bench()
    const { code, out } = await cli.run(['submit', '--beam', '-i', PORTRAIT, ...words, '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ event: 'error', code: 'usage' })
    expect(gateway.web.asked).toEqual([])
  })

  it('refuses an output that exists before anything is rendered', async () => {
    const { gateway, cli } = await bench()
    await writeFile(cli.folder.path('out.mp4'), 'mine')
    const { code, err } = await cli.run(SUBMIT_AND_WAIT)
    expect(code).toBe(2)
    expect(err).toContain('output_exists:')
    expect(gateway.tasks).toEqual([])
    expect((await cli.run([...SUBMIT_AND_WAIT, '--force'])).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })

  it.each([
    ['--queue without --beam', ['submit', '--queue', 'talk', ...INPUTS]],
    ['a queue that is a way out of its place', [...SUBMIT, '--queue', '../endpoint/x']],
    ['a key for repeating, which Beam does not know', [...SUBMIT, '--idempotency-key', 'k']],
    ['a URL that calls nothing', [...SUBMIT, '--url', 'https://example.org/v1/jobs']],
    ['an id that is no id', ['wait', '--beam', '../../secrets']],
  ])('does not understand %s', async (_, words) => {
    const { gateway, cli } = await bench()
    const { code, err } = await cli.run(words)
    expect(code).toBe(2)
    expect(err).toContain('usage:')
    expect(gateway.web.asked).toEqual([])
  })

  it('says what is missing when no queue, or no token, is named', async () => {
    const { cli } = await bench()
    const unnamed = await cli.run(SUBMIT, { env: { BEAM_QUEUE: undefined } })
    expect(unnamed.code).toBe(2)
    expect(unnamed.err).toContain('--queue NAME, or set BEAM_QUEUE')
    const nobody = await cli.run(SUBMIT, { env: { BEAM_TOKEN: undefined, BEAM_QUEUE: undefined } })
    expect(nobody.err).toContain('set BEAM_TOKEN')
  })
})

describe('inputs that are too large for a request', () => {
  const TEN_MEGABYTES = wavFile({ samples: 5_000_000 })

  it('are refused, with the way out, and nothing is sent', async () => {
    const { gateway, cli } = await bench()
    await writeFile(cli.folder.path('long.wav'), TEN_MEGABYTES)
    const { code, err } = await cli.run(['submit', '--beam', '-i', PORTRAIT, '-a', 'long.wav'])
    expect(code).toBe(2)
    expect(unwrapped(err)).toContain(
      'a request of 14.4 MB, and Beam accepts 12.6 MB. Set BEAM_VOLUME',
    )
    expect(err).toContain('links (https://...)')
    expect(gateway.web.asked).toEqual([])
  })

  it.each([
    ['by signed links', 0, /^PUT \/store\//],
    ['through the gateway where those are refused', 2, /^PUT \/volume\/.*\/upload\//],
  ])('go to BEAM_VOLUME %s, and are gone after the render', async (_, refused, way) => {
    const { gateway, cli } = await bench({ faults: { presignedPutRefused: refused } })
    await writeFile(cli.folder.path('long.wav'), TEN_MEGABYTES)
    const seen: Buffer[] = []
    const { code } = await cli.run(
      ['submit', '--beam', '-i', PORTRAIT, '-a', 'long.wav', '-o', 'out.mp4', '--json'],
      {
        env: { BEAM_VOLUME: 'inputs' },
        onOutput: () => seen.push(...gateway.files.values()),
      },
    )
    expect(code).toBe(0)
    expect(gateway.web.count(way)).toBe(2)
    const { body } = onlyTask(gateway)
    expect(body.wav_url).toMatch(/infinitetalk-inputs\/.*\/input-1\.wav\?signature=good$/)
    expect(body.image_url).toMatch(/input-0\.png\?signature=good$/)
    expect(seen.some((bytes) => bytes.equals(TEN_MEGABYTES))).toBe(true)
    expect([...gateway.files]).toEqual([])
  })

  it('stay on the volume while nobody waits, and it is said where', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    await writeFile(cli.folder.path('long.wav'), TEN_MEGABYTES)
    const words = ['submit', '--beam', '-i', PORTRAIT, '-a', 'long.wav']
    const { err } = await cli.run(words, { env: { BEAM_VOLUME: 'inputs' } })
    const [name = ''] = gateway.files.keys()
    const folder = name.split('/')[2]
    expect(unwrapped(err)).toContain(
      `Its inputs stay in infinitetalk-inputs/${folder} on the volume "inputs"`,
    )
  })
})

describe('a gateway that fails', () => {
  it.each([
    ['submit', SUBMIT],
    ['status', ['status', '--beam', 'some-task']],
    ['wait', ['wait', '--beam', 'some-task']],
    ['fetch', ['fetch', '--beam', 'some-task']],
    ['cancel', ['cancel', '--beam', 'some-task']],
  ])('and cannot be reached ends %s with exit code 3', async (_, words) => {
    const { gateway, cli } = await bench()
    await gateway.web.goAway()
    const { code, err } = await cli.run(words)
    expect(code).toBe(3)
    expect(err).toContain('server_unreachable:')
    expect(err).toContain('BEAM_GATEWAY_URL')
  })

  it('refuses a wrong token in one sentence', async () => {
    const { cli } = await bench()
    const { code, err } = await cli.run([...SUBMIT, '--token', 'wrong'])
    expect(code).toBe(2)
    expect(err).toContain('Beam does not accept the token (HTTP 401): check BEAM_TOKEN.')
  })

  it('does not have the queue', async () => {
    const { cli } = await bench()
    const { code, err } = await cli.run([...SUBMIT, '--queue', 'talkk'])
    expect(code).toBe(1)
    expect(err).toContain('Beam does not have the task queue "talkk" (HTTP 404).')
  })

  it('does not have the task', async () => {
    const { cli } = await bench()
    const { code, err } = await cli.run(['status', '--beam', 'gone'])
    expect(code).toBe(2)
    expect(err).toContain('job_not_found:')
  })

  it('has a full queue: it is tried again, and said', async () => {
    const { gateway, cli } = await bench({ faults: { queueFull: 1 } })
    const { code, err } = await cli.run(SUBMIT)
    expect(code).toBe(0)
    expect(err).toContain('The queue of Beam is full')
    expect(gateway.tasks).toHaveLength(1)
  })

  it('loses the request: it is sent again, once it is certain that it did not arrive', async () => {
    const { gateway, cli } = await bench({ faults: { submitsBroken: 1 } })
    expect((await cli.run(SUBMIT)).code).toBe(0)
    expect(gateway.tasks).toHaveLength(1)
    expect(gateway.web.count(/^POST \/taskqueue/)).toBe(2)
  })

  it('loses the answer: nothing is sent twice, and the task that it may be is named', async () => {
    const { gateway, cli } = await bench({ faults: { answersLost: 1 } })
    const { code, err } = await cli.run(SUBMIT)
    expect(code).toBe(3)
    expect(unwrapped(err)).toContain('it is not sent a second time')
    expect(unwrapped(err)).toContain(
      `It may be "infinitetalk status --beam ${onlyTask(gateway).id}".`,
    )
  })

  it('goes away during the render, and comes back', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    let said = ''
    const onProgress = (text: string): void => {
      said = text
    }
    const result = cli.run(SUBMIT_AND_WAIT, { onProgress })
    await expect.poll(() => said).toContain('Rendering on Beam')
    await expect.poll(() => gateway.web.count(/\/subscribe$/)).toBe(1)
    await gateway.web.goAway()
    await expect.poll(() => said).toContain('Beam does not answer')
    gateway.move(onlyTask(gateway), 'COMPLETE')
    await gateway.web.comeBack()
    expect((await result).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })
})

describe('what comes back', () => {
  const SHA12 = '288a6ad719d3'
  const PART = `out.mp4.${SHA12}.part`

  async function finished(options: Parameters<typeof openBeam>[0] = {}) {
    const { gateway, cli } = await bench(options)
    await cli.run(SUBMIT)
    const { id } = onlyTask(gateway)
    await expect.poll(() => onlyTask(gateway).status).toBe('COMPLETE')
    const fetch = ['fetch', '--beam', id, '-o', 'out.mp4'] as const
    return { gateway, cli, id, fetch }
  }

  it('is fetched by the id alone, under that name when none is given', async () => {
    const { cli, id } = await finished()
    const env = { BEAM_QUEUE: undefined }
    expect((await cli.run(['fetch', '--beam', id], { env })).code).toBe(0)
    expect(await cli.video(`${id}.mp4`)).toEqual(VIDEO)
  })

  it('goes on where the connection broke', async () => {
    const { gateway, cli, fetch } = await finished({ faults: { downloadsCut: 1 } })
    expect((await cli.run(fetch)).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
    expect(gateway.web.sentBytes).toBe(VIDEO.length)
  })

  it('goes on with what an earlier run left', async () => {
    const { gateway, cli, fetch } = await finished()
    await writeFile(cli.folder.path(PART), VIDEO.subarray(0, 30_000))
    expect((await cli.run(fetch)).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
    expect(gateway.web.sentBytes).toBe(VIDEO.length - 30_000)
    expect(await cli.folder.names()).toEqual(['out.mp4'])
  })

  it.each([
    ['all of it', VIDEO, 0],
    ['bytes of another video', Buffer.alloc(30_000, 1), VIDEO.length - 30_000 + VIDEO.length],
    ['more than all of it', Buffer.alloc(VIDEO.length + 9, 1), VIDEO.length],
  ])('is right when an earlier run left %s', async (_, left, sentBytes) => {
    const { gateway, cli, fetch } = await finished()
    await writeFile(cli.folder.path(PART), left)
    expect((await cli.run(fetch)).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
    expect(gateway.web.sentBytes).toBe(sentBytes)
  })

  it('is fetched again when it was damaged, or its link had aged', async () => {
    const { cli, fetch } = await finished({ faults: { downloadsDamaged: 1, linksExpired: 1 } })
    expect((await cli.run(fetch)).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })

  it('is not kept when it is damaged every time', async () => {
    const { cli, fetch } = await finished({ faults: { downloadsDamaged: 9 } })
    const { code, err } = await cli.run(fetch)
    expect(code).toBe(1)
    expect(err).toContain('download_damaged:')
    expect(await cli.folder.names()).toEqual([])
  })

  it('is not called verified when its maker says no SHA-256', async () => {
    const { cli, fetch } = await finished({ faults: { withoutDigest: true } })
    const { code, out } = await cli.run(fetch)
    expect(code).toBe(0)
    expect(out).toBe('✅ out.mp4\n   41 kB from Beam\n')
  })

  it('may be base64 in the answer, as the first handlers gave it', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    await cli.run(SUBMIT)
    const task = onlyTask(gateway)
    task.hasOutputs = false
    task.result = { video: VIDEO.toString('base64') }
    gateway.move(task, 'COMPLETE')
    expect((await cli.run(['fetch', '--beam', task.id, '-o', 'out.mp4'])).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })

  it('replaces nothing, unless that was asked for', async () => {
    const { cli, fetch } = await finished()
    await writeFile(cli.folder.path('out.mp4'), 'mine')
    const { code, err } = await cli.run(fetch)
    expect(code).toBe(2)
    expect(err).toContain('output_exists:')
    expect((await cli.run([...fetch, '--force'])).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })

  it('is not there before the end, unless it is waited for', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    await cli.run(SUBMIT)
    const task = onlyTask(gateway)
    const early = await cli.run(['fetch', '--beam', task.id, '-o', 'out.mp4'])
    expect(early.code).toBe(1)
    expect(early.err).toContain(`${task.id} is RUNNING on Beam.`)
    const late = cli.run(['fetch', '--beam', task.id, '--wait', '-o', 'out.mp4'])
    await expect.poll(() => gateway.web.count(/\/subscribe$/)).toBe(1)
    gateway.move(task, 'COMPLETE')
    expect((await late).code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })
})

describe('infinitetalk status and cancel --beam', () => {
  it('say how long a task waited and ran, by the clock of Beam', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    await cli.run(SUBMIT)
    const task = onlyTask(gateway)
    const startedMs = task.createdAt.getTime() + 61_000
    task.startedAt = new Date(startedMs)
    gateway.move(task, 'ERROR')
    task.endedAt = new Date(startedMs + 125_000)
    task.reason = 'RuntimeError: CUDA out of memory'
    const failed = await cli.run(['status', '--beam', task.id])
    expect(failed.code).toBe(0)
    expect(failed.out).toContain(`❌ ${task.id} ERROR\n   The render failed on Beam: RuntimeError`)
    const { events } = await cli.run(['status', '--beam', task.id, '--json'])
    expect(events()[0]).toMatchObject({
      event: 'task',
      state: 'failed',
      status: 'ERROR',
      waited_s: 61,
      ran_s: 125,
      error: { code: 'engine_failed' },
    })
  })

  it('end a task, and return when it has ended', async () => {
    const { gateway, cli } = await bench({ script: RUNNING, faults: { cancelsIgnored: 1 } })
    await cli.run(SUBMIT)
    const task = onlyTask(gateway)
    const { code, out } = await cli.run(['cancel', '--beam', task.id])
    expect(code).toBe(0)
    expect(out).toContain(`⚠️  ${task.id} CANCELLED`)
    expect(task.status).toBe('CANCELLED')
  })

  it('do not claim to have canceled what had ended', async () => {
    const { gateway, cli } = await bench()
    await cli.run(SUBMIT_AND_WAIT)
    const { code, err } = await cli.run(['cancel', '--beam', onlyTask(gateway).id])
    expect(code).toBe(2)
    expect(err).toContain('COMPLETE')
    expect(err).toContain('job_finished:')
  })
})

describe('a program that is ended in the middle', () => {
  it('is told by Ctrl-C how to go on, and the task goes on', async () => {
    const { gateway } = await bench({ script: RUNNING })
    await using sandbox = await createSandbox()
    let presses = 0
    const { code, stderr } = await sandbox.run([...SUBMIT_AND_WAIT, '--json'], {
      env: gateway.env,
      onOutput: (out, kill) => {
        // Its last words are output as well.
        if (!out.includes('"status":"RUNNING"') || presses > 0) return
        presses += 1
        kill('SIGINT')
      },
    })
    const { id, status } = onlyTask(gateway)
    expect(code, stderr).toBe(130)
    expect(status).toBe('RUNNING')
    expect(await sandbox.temporaryFiles()).toEqual([])
    const cli = await createBeamCli(gateway)
    const result = cli.run(['wait', '--beam', id])
    await expect.poll(() => gateway.web.count(/\/subscribe$/)).toBe(2)
    gateway.move(onlyTask(gateway), 'COMPLETE')
    const { code: waited, out } = await result
    expect(waited).toBe(0)
    expect(out).toContain(`✅ ${id} COMPLETE`)
    expect(out).toContain(`   infinitetalk fetch --beam ${id}\n`)
  })

  it('loses nothing but the waiting when it is killed', async () => {
    const { gateway } = await bench({ script: RUNNING })
    await using sandbox = await createSandbox()
    const killed = await sandbox.run([...SUBMIT_AND_WAIT, '--json'], {
      env: gateway.env,
      onOutput: (out, kill) => {
        if (out.includes('"event":"submitted"')) kill('SIGKILL')
      },
    })
    expect(killed.code).toBeNull()
    const task = onlyTask(gateway)
    gateway.move(task, 'COMPLETE')
    const words = ['fetch', '--beam', task.id, '--wait', '-o', 'out.mp4']
    const { code, stdout } = await sandbox.run(words, { env: gateway.env })
    expect(code).toBe(0)
    expect(stdout).toContain('✅ out.mp4')
    expect(gateway.tasks).toHaveLength(1)
  })
})

describe('a hub that answers as Beam does', () => {
  it('takes the same commands: a task, its end, its video', async () => {
    await using hub = await startTestHub()
    const env = { BEAM_GATEWAY_URL: hub.url, BEAM_TOKEN: 'any', BEAM_QUEUE: 'infinitetalk' }
    const cli = await createBeamCli({ env })
    const { code, out } = await cli.run([...SUBMIT_AND_WAIT, '--max-frames', '10'])
    expect(code).toBe(0)
    expect(out).toMatch(/✅ out\.mp4\n {3}\d+ kB from Beam, SHA-256 verified\n$/)
    const [, id = ''] = /📥 (\S+) /.exec(out) ?? []
    const status = await cli.run(['status', '--beam', id])
    expect(status.out).toMatch(/^✅ \S+ COMPLETE\n {3}waited \d+ s, ran \d+ s\n$/)
    expect((await cli.run(['fetch', '--beam', id])).code).toBe(0)
    expect(await cli.video(`${id}.mp4`)).toEqual(await cli.video())
    expect((await cli.run(['cancel', '--beam', id])).code).toBe(2)
  })
})
