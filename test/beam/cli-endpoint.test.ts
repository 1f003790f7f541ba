// An endpoint on Beam from the command line: one call, one video, no progress in between. A render that does not fit into ten
// minutes is rejected before it is sent, and an abandoned call is named.
import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { wavFile } from '../support/wav-file.ts'
import { createBeamCli, INPUTS, PORTRAIT, unwrapped } from './cli-run.ts'
import { openBeam, VIDEO } from './cloud-render.ts'
import { BEAM_ENDPOINT } from './standin/beam-gateway.ts'
import type { Script } from './standin/task-life.ts'

const CALL = ['submit', '--beam', '--endpoint', BEAM_ENDPOINT, ...INPUTS, '-o', 'out.mp4'] as const
const RUNNING: Script = [['RUNNING', 0]]

async function bench(options: Parameters<typeof openBeam>[0] = {}) {
  const gateway = await openBeam(options)
  const cli = await createBeamCli(gateway)
  const voice = async (seconds: number): Promise<readonly string[]> => {
    await writeFile(cli.folder.path('long.wav'), wavFile({ samples: seconds * 16_000 }))
    const inputs = ['-i', PORTRAIT, '-a', 'long.wav', '-o', 'out.mp4']
    return ['submit', '--beam', '--endpoint', BEAM_ENDPOINT, ...inputs]
  }
  return { gateway, cli, voice }
}

describe('infinitetalk submit --beam --endpoint', () => {
  it('brings the video of the answer, and says that nothing can be told before', async () => {
    const { cli } = await bench()
    const { code, out, err } = await cli.run(CALL)
    expect(code).toBe(0)
    expect(out).toBe('✅ out.mp4\n   41 kB from Beam\n')
    expect(err).toContain('Beam')
    expect(await cli.video()).toEqual(VIDEO)
    expect(await cli.folder.names()).toEqual(['out.mp4'])
  })

  it('takes the URL that calls it', async () => {
    const { gateway, cli } = await bench()
    const url = `${gateway.web.url}/endpoint/${BEAM_ENDPOINT}`
    const { code } = await cli.run(['submit', '--url', url, ...INPUTS, '-o', 'out.mp4'])
    expect(code).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })

  it('takes an address of the gateway that ends in a slash', async () => {
    const { gateway, cli } = await bench()
    const { code, err } = await cli.run(CALL, { env: { BEAM_GATEWAY_URL: `${gateway.web.url}/` } })
    expect(code, err).toBe(0)
    expect(await cli.video()).toEqual(VIDEO)
  })

  it('fails with what the handler says', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    const result = cli.run(CALL)
    await expect.poll(() => gateway.tasks.length).toBe(1)
    const [task] = gateway.tasks
    task!.result = { error: 'No face was found.', code: 'no_face_found' }
    gateway.move(task!, 'ERROR')
    const { code, err } = await result
    expect(code).toBe(2)
    expect(err).toContain('The render failed on Beam: No face was found.\n   no_face_found:')
    expect(await cli.folder.names()).toEqual([])
  })

  it.each([
    [429, 'queue_full', 1],
    [502, 'engine_failed', 1],
    [503, 'server_unreachable', 3],
    [504, 'start_deadline_passed', 1],
    [404, 'engine_unavailable', 1],
  ])('tells what the gateway says: HTTP %i', async (endpointStatus, errorCode, exitCode) => {
    const { cli } = await bench({ faults: { endpointStatus } })
    const { code, err } = await cli.run(CALL)
    expect(err).toContain(`${errorCode}:`)
    expect(code).toBe(exitCode)
  })

  it('refuses a voice that no machine renders in ten minutes, with the ways out', async () => {
    const { gateway, cli, voice } = await bench()
    const { code, err } = await cli.run(await voice(90))
    expect(code).toBe(2)
    const said = unwrapped(err)
    for (const part of ['32 windows', '16 min', '600 s', '--max-frames', '--seconds-per-window']) {
      expect(said).toContain(part)
    }
    expect(gateway.web.asked).toEqual([])
  })

  it.each([
    ['what was measured there', ['--seconds-per-window', '15']],
    ['a cut', ['--max-frames', '250']],
    ['a small size', ['-w', '256', '-H', '256']],
  ])('takes it with %s', async (_, words) => {
    const { cli, voice } = await bench()
    const { code } = await cli.run([...(await voice(90)), ...words])
    expect(code).toBe(0)
  })

  it('refuses by what was measured, too', async () => {
    const { cli, voice } = await bench()
    const { code, err } = await cli.run([...(await voice(30)), '--seconds-per-window', '70'])
    expect(code).toBe(2)
    expect(err).toContain('11 windows take about 13 min, and')
  })

  it('warns of a voice that a slower machine does not render in time', async () => {
    const { cli, voice } = await bench()
    const { code, err } = await cli.run(await voice(30))
    expect(code).toBe(0)
    expect(err).toContain('⚠️  11 windows may take longer than the 600 s after which an endpoint')
  })

  it('warns when it cannot know how long the voice is', async () => {
    const { cli } = await bench()
    const audio = 'https://example.org/voice.mp3'
    const words = ['submit', '--beam', '--endpoint', BEAM_ENDPOINT, '-i', PORTRAIT, '-a', audio]
    const { code, err } = await cli.run([...words, '-o', 'out.mp4'])
    expect(code).toBe(0)
    expect(err).toContain('⚠️  The length of the voice cannot be known here')
  })

  it('names the call that goes on when it is interrupted', async () => {
    const { gateway, cli } = await bench({ script: RUNNING })
    const interrupt = new AbortController()
    const result = cli.run(CALL, { signal: interrupt.signal })
    await expect.poll(() => gateway.tasks.length).toBe(1)
    interrupt.abort()
    const { code, err } = await result
    expect(code).toBe(130)
    expect(unwrapped(err)).toContain(
      `"infinitetalk cancel --beam ${gateway.tasks[0]!.id}" asks Beam to stop it`,
    )
    expect(await cli.folder.names()).toEqual([])
  })

  it('ends with exit code 3 when nothing answers', async () => {
    const { gateway, cli } = await bench()
    await gateway.web.goAway()
    const { code, err } = await cli.run(CALL)
    expect(code).toBe(3)
    expect(err).toContain('server_unreachable:')
  })

  it('is one of three ways to say what is called', async () => {
    const { cli } = await bench()
    const { code, err } = await cli.run([...CALL, '--queue', 'talk'])
    expect(code).toBe(2)
    expect(err).toContain('Give one of --endpoint, --queue and --url.')
  })
})
