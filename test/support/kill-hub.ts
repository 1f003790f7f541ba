// fault 107: kills a hub with SIGKILL at random moments while it accepts and renders, starts it again each time, and checks at the
// end that it kept every promise.

import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { isFinalEvent } from '@infinitetalk/contract'
import { expect, onTestFinished } from 'vitest'
import type { JobId } from '../../src/domain/ids.ts'
import { probeVideo } from '../../src/media/probe-video.ts'
import { fileArgument } from '../../src/media/tool-command.ts'
import { openStores } from '../../src/stores/open-stores.ts'
import type { HubProcessAnswer, HubProcessOptions, HubProcessOrder } from './hub-process.ts'
import { shippedTools } from './shipped-tools.ts'
import type { TestFolder } from './test-folder.ts'

export interface KillPlan {
  readonly jobs: number
  readonly kills: number
  /** Longest time from the first job that a hub accepts to its kill. */
  readonly maxLifeMs: number
  /** 0..1; seeded, so that a run can be repeated. */
  random(): number
}

export interface KillReport {
  readonly accepted: number
  readonly kills: number
  readonly attempts: number
}

export async function killHubAtRandom(plan: KillPlan, folder: TestFolder): Promise<KillReport> {
  const options: HubProcessOptions = {
    dataDir: folder.path('data'),
    noopFolder: folder.path('noop'),
    renderMs: 20,
  }
  const accepted = new Map<number, string>()
  for (let kill = 0; kill < plan.kills; kill += 1) {
    if (plan.random() < KILLED_WHILE_STARTING) {
      await HubProcess.startAndKill(options, plan.random() * STARTING_MS)
      continue
    }
    const hub = await HubProcess.start(options)
    const until = Math.ceil((plan.jobs * (kill + 1)) / plan.kills)
    // The client resubmits with the same key after a crash: it cannot know whether the hub had accepted.
    await hub.submitUpTo(until, accepted)
    await sleep(plan.random() * plan.maxLifeMs)
    await hub.kill()
  }
  const last = await HubProcess.start(options)
  await last.submitUpTo(plan.jobs, accepted)
  await last.untilIdle(accepted, plan.jobs)
  await last.kill()
  const attempts = await checkPromises(accepted, options)
  return { accepted: accepted.size, kills: plan.kills, attempts }
}

/** Some of the kills hit a hub while it resumes the previous one's work. */
const KILLED_WHILE_STARTING = 0.2
const STARTING_MS = 1000

class HubProcess {
  readonly #child: ChildProcess
  readonly #accepted: { map: Map<number, string> | null } = { map: null }
  #onAccepted: () => void = () => {}
  readonly #queue: ((answer: Extract<HubProcessAnswer, { type: 'queue' }>) => void)[] = []

  constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (message) => {
      const answer = message as HubProcessAnswer
      if (answer.type === 'accepted') this.#remember(answer.number, answer.jobId)
      if (answer.type === 'queue') this.#queue.shift()?.(answer)
    })
  }

  static async start(options: HubProcessOptions): Promise<HubProcess> {
    const child = forkHub(options)
    await untilReady(child)
    return new HubProcess(child)
  }

  static async startAndKill(options: HubProcessOptions, afterMs: number): Promise<void> {
    const hub = new HubProcess(forkHub(options))
    await sleep(afterMs)
    await hub.kill()
  }

  /** Resolves once the first of the missing jobs is accepted; at once when none is missing. */
  async submitUpTo(count: number, accepted: Map<number, string>): Promise<void> {
    this.#accepted.map = accepted
    const numbers = Array.from({ length: count }, (_, number) => number)
    const missing = numbers.filter((number) => !accepted.has(number))
    if (missing.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onAccepted = resolve
    for (const number of missing) this.#send({ type: 'submit', number })
    await promise
  }

  async untilIdle(accepted: ReadonlyMap<number, string>, jobs: number): Promise<void> {
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<{ waiting: number; leased: number }>()
      this.#queue.push(resolve)
      this.#send({ type: 'queue' })
      const { waiting, leased } = await promise
      if (accepted.size === jobs && waiting + leased === 0) return
      await sleep(50)
    }
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }

  /** A job acknowledged before a crash is the same job after it. */
  #remember(number: number, jobId: string): void {
    const before = this.#accepted.map?.get(number)
    if (before !== undefined) expect(jobId).toBe(before)
    this.#accepted.map?.set(number, jobId)
    this.#onAccepted()
  }

  #send(order: HubProcessOrder): void {
    this.#child.send(order, () => {})
  }
}

/** Skips the events that a starting hub reports first. */
export async function untilReady(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onMessage = (message: unknown): void => {
    if ((message as HubProcessAnswer).type === 'ready') resolve()
  }
  const onExit = (): void => reject(new Error('The hub ended before it was ready.'))
  child.on('message', onMessage)
  child.once('exit', onExit)
  await promise
  child.off('message', onMessage)
  child.off('exit', onExit)
}

export function forkHub(options: HubProcessOptions): ChildProcess {
  const program = new URL('./hub-process.ts', import.meta.url)
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  // A test that fails or times out must not leave its hub behind.
  onTestFinished(() => void child.kill('SIGKILL'))
  child.send({ type: 'start', options } satisfies HubProcessOrder)
  return child
}

/** @returns the total number of attempts */
async function checkPromises(
  accepted: ReadonlyMap<number, string>,
  { dataDir }: HubProcessOptions,
): Promise<number> {
  const tools = await shippedTools()
  const stores = await openStores({
    folder: dataDir,
    databaseUrl: null,
    onTrouble: () => {},
    onDamage: () => {},
    newToken: () => 'unused',
  })
  try {
    const { unitOfWork, jobs, events, blobs, dispatch } = stores
    let attempts = 0
    const probed = new Set<string>()
    for (const id of accepted.values()) {
      const job = await unitOfWork.read((tx) => jobs.get(tx, id as JobId))
      expect(job, `${id} was acknowledged`).not.toBeNull()
      expect(job).toMatchObject({ status: 'succeeded', error: null })
      const ends = (await unitOfWork.read((tx) => events.after(tx, id as JobId, 0, 1000))).filter(
        ({ body }) => isFinalEvent(body.type),
      )
      expect(ends).toHaveLength(1)
      attempts += job?.attempt ?? 0
      const video = job!.output!.video
      const bytes = await buffer(await blobs.read(video.sha256))
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(video.sha256)
      expect(bytes.length).toBe(video.bytes)
      if (probed.has(video.sha256)) continue
      probed.add(video.sha256)
      const facts = await probeVideo(
        tools.ffprobe,
        ['-i', fileArgument(await blobs.localPath(video.sha256))],
        { signal: AbortSignal.timeout(30_000), timeoutMs: 30_000 },
      )
      expect(facts.frames).toBe(video.frames)
      expect(video.frames / video.fps).toBe(video.seconds)
    }
    const listed = await unitOfWork.read((tx) =>
      jobs.list(tx, { status: null, before: null, limit: accepted.size + 10 }),
    )
    expect(listed).toHaveLength(accepted.size)
    expect(await unitOfWork.read((tx) => dispatch.figures(tx))).toMatchObject({
      waiting: 0,
      leased: 0,
    })
    return attempts
  } finally {
    await stores.close()
  }
}
