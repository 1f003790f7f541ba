// RunPod's own package at both ends: its client runs jobs on our worker, and on its own worker with the handler that we ship for it. What
// it prints and serves when a person tries a handler is held to as well.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../comfyui/standin/free-port.ts'
import { type StandIn, startStandIn } from '../comfyui/standin/stand-in.ts'
import { endGroup } from '../deploy/beam/manifest-process.ts'
import { createKeptFolder, type KeptFolder } from '../deploy/kept-folder.ts'
import { guideCommands } from '../support/guide-commands.ts'
import { describeWithMaker, makersProgram } from '../support/makers.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { SHIPPED_TOOLS } from '../support/shipped-tools.ts'
import { TALK_SECONDS, type TalkRequests, talkRequests } from '../support/talk-requests.ts'
import { openFront } from './standin/front.ts'
import { JobService } from './standin/job-service.ts'
import { startWorker } from './standin/worker.ts'

const PYTHON = makersProgram('runpod', 'python')
const SMALL = { width: 64, height: 64, max_frame: 5 }
const HANGING = { hangAt: { at: 0.5 } }
const HANDLER = `${ROOT}/deploy/runpod/handler.py`

describeWithMaker('runpod', 'python', "RunPod's package", () => {
  let requests: TalkRequests
  /** Folder of the hub that all handlers share. */
  let files: KeptFolder
  let env: Record<string, string | undefined>
  let comfyui: StandIn

  beforeAll(async () => {
    requests = await talkRequests()
    files = await createKeptFolder()
    comfyui = await startStandIn({ version: '0.33.0' })
    env = {
      PATH: process.env.PATH,
      ...SHIPPED_TOOLS,
      PYTHONDONTWRITEBYTECODE: '1',
      INFINITETALK_DATA_DIR: files.path('data'),
      INFINITETALK_ENGINE: 'preview',
      COMFYUI_URL: comfyui.url,
      INFINITETALK_ALLOWED_PATH_ROOTS: `${ROOT}/examples`,
      INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
      INFINITETALK_PORT: String(await freePort()),
      // They ask addresses on the internet.
      RUNPOD_SKIP_AUTO_SYSTEM_CHECKS: 'true',
      RUNPOD_SKIP_GPU_CHECK: 'true',
    }
  })
  afterAll(async () => {
    await endGroup(Number(await readFile(files.path('data/hub.pid'), 'utf8')))
    await files.remove()
    await comfyui.close()
  })

  const startHandler = (
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): ChildProcess => {
    const options = { cwd: files.path('.'), env: { ...env, ...more } }
    const child = spawn(PYTHON, [HANDLER, ...words], options)
    onTestFinished(async () => {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    return child
  }

  const runJobs = async (
    service: JobService,
    jobs: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, [string, unknown]>> => {
    const client = spawn(PYTHON, [`${ROOT}/test/makers/runpod_jobs.py`], {
      env: {
        PATH: process.env.PATH,
        RUNPOD_ENDPOINT_BASE_URL: await openFront(service),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    client.stdin.end(JSON.stringify(jobs))
    const said = await text(client.stdout)
    return JSON.parse(said.trim().split('\n').at(-1) ?? '')
  }

  const hubJobs = async () => {
    const answer = await fetch(`http://127.0.0.1:${env.INFINITETALK_PORT}/v1/jobs`)
    return ((await answer.json()) as { data: { status: string }[] }).data
  }

  const rendered = ['COMPLETED', { video: 'ftyp', duration_s: TALK_SECONDS }]
  const common = {
    i2v: rendered,
    wrong: ['FAILED', { code: 'base64_invalid', hint: expect.any(String) }],
    progress: ['IN_PROGRESS', { stage: expect.any(String), progress: expect.any(Number) }],
    endless: ['CANCELLED', {}],
  }

  it('runs jobs of all kinds on our worker', async () => {
    const { service, lines } = await startWorker({
      INFINITETALK_ENGINE: 'preview',
      COMFYUI_URL: comfyui.url,
    })
    const seen = runJobs(service, { ...requests })
    // The second is the last one that needs a ComfyUI.
    await service.ended('job-2-u1')
    comfyui.control.setFaults(HANGING)
    expect(await seen).toMatchObject({ ...common, v2v: rendered, two: rendered })
    await expect.poll(() => lines.join('\n')).toContain('job_canceled')
  })

  it('runs jobs on its own worker with our handler, which says the same to the service', async () => {
    await using service = await JobService.open()
    // Its heart beats by whole seconds.
    const child = startHandler([], { ...service.environment, RUNPOD_PING_INTERVAL: '1000' })
    for (const stream of [child.stdout!, child.stderr!]) stream.resume()
    const { i2v, wrong, endless } = requests
    comfyui.control.setFaults(HANGING)
    expect(await runJobs(service, { i2v, wrong, endless })).toMatchObject(common)
    await expect.poll(hubJobs).toMatchObject([{ status: 'canceled' }, { status: 'succeeded' }])
    const [{ headers, query } = expect.fail()] = service.ends('job-1-u1')
    expect(headers).toMatchObject({ 'x-request-id': 'job-1-u1', charset: 'utf-8' })
    expect(query).toBe('?gpu=NVIDIA+L4&isStream=false')
    expect(service.asked.some(({ route }) => route === 'ping')).toBe(true)
  })

  it('tries the handler on this machine: one job of the command line, and its server', async () => {
    const [script = ''] = guideCommands('runpod.md', 'run')
    const place = { cwd: ROOT, env: { ...env, PATH: `${dirname(PYTHON)}:${env.PATH}` } }
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], place)
    expect(stdout).toContain('Job local_test completed successfully.')

    const port = String(await freePort())
    const server = startHandler([
      '--rp_serve_api',
      '--rp_api_host',
      '127.0.0.1',
      '--rp_api_port',
      port,
    ])
    server.stdout!.resume()
    for await (const line of createInterface({ input: server.stderr! })) {
      if (line.includes('Uvicorn running')) break
    }
    const input = { ...requests.i2v, ...SMALL, seed: 3 }
    const ask = async (path: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await fetch(`http://127.0.0.1:${port}${path}`, init)).json()
    }
    expect(await ask('/runsync', { input })).toMatchObject({
      status: 'COMPLETED',
      output: { video: expect.any(String), duration_s: 0.2, seed: 3 },
    })
    expect(await ask('/runsync', { input: requests.wrong })).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('base64'),
    })

    comfyui.control.setFaults(HANGING)
    const lost = ask('/runsync', { input: requests.endless })
    await expect.poll(async () => (await hubJobs())[0]?.status).toBe('running')
    await endGroup(Number(await readFile(files.path('data/hub.pid'), 'utf8')))
    expect(await lost).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('The hub did not bring the video'),
    })
  })
})
