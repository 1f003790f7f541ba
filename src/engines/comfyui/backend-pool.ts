// Several ComfyUIs for one engine: each renders one job at a time, because a second prompt between two windows would make it load
// everything again. A ComfyUI that fails is left out, for longer each time, and returns with one job on trial.
import { abortError } from '../../async/abort-error.ts'
import { Bell } from '../../async/bell.ts'
import { Semaphore } from '../../async/semaphore.ts'
import type { BackendFailure, BackendRecord, BackendStatus } from '../../domain/backend-status.ts'
import { stateOf } from '../../domain/backend-status.ts'
import type { AppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'
import { gpuOf } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { EngineNews } from './engine-news.ts'

/** One backend, for one job. */
export interface Seat {
  readonly backend: Backend
  /** Some other backend could take the job now or soon. */
  readonly hasOther: boolean
  /** The workflow that it is to render: its models are loaded afterwards. */
  holds(workflow: string): void
  /** Once. @param fault of the machine; null when it did what it could */
  giveBack(fault: AppError | null): void
  /** Takes the fault back that it was given back with: another machine has failed the job in the same way. */
  pardon(): void
}

export interface SeatWish {
  /** Where an earlier attempt left its render; null when it left none. */
  readonly backend: string | null
  readonly workflow?: string
  readonly jobId?: string
}

interface Place {
  readonly backend: Backend
  job: BackendRecord['job']
  served: number
  failures: number
  failuresInRow: number
  outUntilMs: number
  lastSuccessMs: number | null
  lastFailure: BackendFailure | null
  workflow: string | null
}

interface PoolClock {
  monotonicMs(): number
  epochMs(): number
}

const REAL_CLOCK: PoolClock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
}

const FIRST_OUT_MS = 15_000
const LONGEST_OUT_MS = 600_000
/** While a job waits, those that died are asked so often whether they are back. */
const LOOK_EVERY_MS = 1000
const DEATHS: ReadonlySet<string> = new Set(['engine_crashed', 'engine_unreachable'])
/** One that dies so often in a row may die of its jobs, and waits its time. */
const MAX_QUICK_RETURNS = 2

export class BackendPool implements AsyncDisposable {
  readonly #places: readonly Place[]
  readonly #clock: PoolClock
  readonly #onNews: (news: EngineNews) => void
  /** Jobs are seated in the order in which they came. */
  readonly #turns = new Semaphore(1)
  readonly #news = new Bell()

  constructor(
    backends: readonly Backend[],
    clock: PoolClock = REAL_CLOCK,
    onNews: (news: EngineNews) => void = () => {},
  ) {
    this.#clock = clock
    this.#onNews = onNews
    this.#places = backends.map((backend) => ({
      backend,
      job: null,
      served: 0,
      failures: 0,
      failuresInRow: 0,
      outUntilMs: 0,
      lastSuccessMs: null,
      lastFailure: null,
      workflow: null,
    }))
  }

  get size(): number {
    return this.#places.length
  }

  get records(): readonly BackendRecord[] {
    return this.#places.map(({ backend, outUntilMs, ...record }) => {
      const leftMs = this.#isOut(outUntilMs) ? outUntilMs - this.#clock.monotonicMs() : 0
      const leftOutUntilMs = leftMs > 0 ? this.#clock.epochMs() + leftMs : null
      return { ...record, name: backend.name, leftOutUntilMs }
    })
  }

  /** Each with what it says of itself now. */
  statuses(): Promise<readonly BackendStatus[]> {
    const records = this.records
    return Promise.all(
      this.#places.map(async ({ backend }, index) => {
        const [ailment, stats] = await Promise.all([backend.health(), backend.stats()])
        const record = records[index]!
        const version = stats?.version ?? null
        const gpu = stats === null ? null : gpuOf(stats)
        return { ...record, ...stateOf(record, ailment), version, gpu }
      }),
    )
  }

  /** Those that answer now. */
  async servers(): Promise<readonly ComfyApi[]> {
    const asked = await Promise.all(this.#places.map(({ backend }) => backend.running()))
    return asked.filter((api) => api !== null)
  }

  find(name: string): Backend | null {
    return this.#places.find(({ backend }) => backend.name === name)?.backend ?? null
  }

  /** One sentence why no job can be rendered now; null when one can. */
  async health(): Promise<string | null> {
    const answers = await Promise.all(this.#places.map(({ backend }) => backend.health()))
    return answers.includes(null) ? null : (answers[0] ?? 'No ComfyUI is configured.')
  }

  /**
   * Waits until one is free.
   *
   * @throws AppError what the signal was aborted with
   */
  async take(wish: SeatWish, signal: AbortSignal): Promise<Seat> {
    const done = await this.#turns.acquire(signal).catch(() => {
      throw abortError(signal)
    })
    try {
      for (;;) {
        const place = this.#choose(wish)
        if (place !== null) return this.#seat(place, wish.jobId ?? null)
        await this.#news.wait(Math.min(LOOK_EVERY_MS, this.#untilNextMs()), signal)
        await this.#welcomeRestarted()
      }
    } finally {
      done()
    }
  }

  /** A machine that died and answers again has been restarted: it gets a job on trial before its time. */
  async #welcomeRestarted(): Promise<void> {
    const dead = this.#places.filter(
      ({ job, outUntilMs, failuresInRow, lastFailure }) =>
        job === null &&
        this.#isOut(outUntilMs) &&
        failuresInRow <= MAX_QUICK_RETURNS &&
        DEATHS.has(lastFailure?.code ?? ''),
    )
    for (const place of dead) {
      if ((await place.backend.health()) === null) place.outUntilMs = 0
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#places.map(({ backend }) => backend[Symbol.asyncDispose]()))
  }

  /** A single backend is never left out: there is nothing else to wait for. */
  #isOut(outUntilMs: number): boolean {
    return this.#places.length > 1 && outUntilMs > this.#clock.monotonicMs()
  }

  /** One that rendered the same workflow has its models loaded; one that rendered another one has most of them. */
  #choose({ backend, workflow }: SeatWish): Place | null {
    const free = this.#places.filter(
      ({ job, outUntilMs }) => job === null && !this.#isOut(outUntilMs),
    )
    const rank = (place: Place): number => {
      if (place.backend.name === backend) return 0
      if (place.failuresInRow > 0) return 4
      if (place.workflow === null) return 3
      return place.workflow === workflow ? 1 : 2
    }
    return free.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
  }

  #seat(place: Place, jobId: string | null): Seat {
    place.job = { id: jobId, sinceMs: this.#clock.epochMs() }
    const { failures, failuresInRow, outUntilMs, lastFailure } = place
    return {
      backend: place.backend,
      hasOther: this.#places.length > 1,
      holds: (workflow) => {
        place.workflow = workflow
      },
      giveBack: (fault) => {
        place.job = null
        if (fault === null) this.#praise(place)
        else this.#blame(place, fault)
        this.#news.ring()
      },
      pardon: () => {
        Object.assign(place, { failures, failuresInRow, outUntilMs, lastFailure })
        this.#news.ring()
      },
    }
  }

  #praise(place: Place): void {
    place.served += 1
    place.failuresInRow = 0
    place.outUntilMs = 0
    place.lastSuccessMs = this.#clock.epochMs()
    this.#onNews({ type: 'backend.served', backend: place.backend.name })
  }

  #blame(place: Place, { code, detail }: AppError): void {
    place.failures += 1
    place.failuresInRow += 1
    place.lastFailure = { atMs: this.#clock.epochMs(), code, detail }
    // Its loaded models are gone with it, or cannot be trusted.
    place.workflow = null
    const outMs = Math.min(LONGEST_OUT_MS, FIRST_OUT_MS * 2 ** (place.failuresInRow - 1))
    place.outUntilMs = this.#clock.monotonicMs() + outMs
    const { name } = place.backend
    const leftOutMs = this.#places.length > 1 ? outMs : 0
    this.#onNews({ type: 'backend.failed', backend: name, code, detail, leftOutMs })
  }

  #untilNextMs(): number {
    const left = this.#places
      .filter(({ job }) => job === null)
      .map(({ outUntilMs }) => outUntilMs - this.#clock.monotonicMs())
    return Math.max(1, Math.min(LONGEST_OUT_MS, ...left))
  }
}
