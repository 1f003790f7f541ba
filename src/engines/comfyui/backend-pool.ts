// Several ComfyUIs for one engine: each renders one job at a time, because a second prompt between two windows would make it load
// everything anew. One that fails is left out, for longer each time, and comes back with one job that it must do well.
import { abortError } from '../../async/abort-error.ts'
import { Bell } from '../../async/bell.ts'
import { Semaphore } from '../../async/semaphore.ts'
import type { AppError } from '../../domain/errors.ts'
import type { Backend } from './backend.ts'

/** One backend, for one job. */
export interface Seat {
  readonly backend: Backend
  /** Some other backend could take the job now or soon. */
  readonly hasOther: boolean
  /** Once. @param fault of the machine; null when it did what it could */
  giveBack(fault: AppError | null): void
}

/** A backend's record, from its jobs. */
export interface BackendRecord {
  readonly name: string
  readonly isBusy: boolean
  readonly served: number
  readonly failures: number
  /** In a row, up to now. */
  readonly failuresInRow: number
  /** Milliseconds until it gets a job again; 0 when it may have one. */
  readonly leftOutMs: number
  readonly lastFault: string | null
}

interface Place {
  readonly backend: Backend
  isBusy: boolean
  served: number
  failures: number
  failuresInRow: number
  outUntilMs: number
  lastFault: string | null
}

const FIRST_OUT_MS = 15_000
const LONGEST_OUT_MS = 600_000

export class BackendPool implements AsyncDisposable {
  readonly #places: readonly Place[]
  readonly #nowMs: () => number
  /** Jobs are seated in the order in which they came. */
  readonly #turns = new Semaphore(1)
  readonly #news = new Bell()

  constructor(backends: readonly Backend[], nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
    this.#places = backends.map((backend) => ({
      backend,
      isBusy: false,
      served: 0,
      failures: 0,
      failuresInRow: 0,
      outUntilMs: 0,
      lastFault: null,
    }))
  }

  get records(): readonly BackendRecord[] {
    return this.#places.map(({ backend, outUntilMs, ...record }) => ({
      ...record,
      name: backend.name,
      leftOutMs: Math.max(0, outUntilMs - this.#nowMs()),
    }))
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
   * @param wanted where an earlier attempt left its render; null when it left none
   * @throws AppError what the signal was aborted with
   */
  async take(wanted: string | null, signal: AbortSignal): Promise<Seat> {
    const done = await this.#turns.acquire(signal).catch(() => {
      throw abortError(signal)
    })
    try {
      for (;;) {
        const place = this.#choose(wanted)
        if (place !== null) return this.#seat(place)
        await this.#news.wait(this.#untilNextMs(), signal)
      }
    } finally {
      done()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#places.map(({ backend }) => backend[Symbol.asyncDispose]()))
  }

  /** One that has rendered before has the models loaded. A single backend is never left out: there is nothing else to wait for. */
  #choose(wanted: string | null): Place | null {
    const isOnly = this.#places.length === 1
    const free = this.#places.filter(
      ({ isBusy, outUntilMs }) => !isBusy && (isOnly || outUntilMs <= this.#nowMs()),
    )
    const rank = (place: Place): number => {
      if (place.backend.name === wanted) return 0
      if (place.failuresInRow > 0) return 3
      return place.served > 0 ? 1 : 2
    }
    return free.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
  }

  #seat(place: Place): Seat {
    place.isBusy = true
    const others = this.#places.filter((other) => other !== place)
    return {
      backend: place.backend,
      hasOther: others.length > 0,
      giveBack: (fault) => {
        place.isBusy = false
        if (fault === null) this.#praise(place)
        else this.#blame(place, fault)
        this.#news.ring()
      },
    }
  }

  #praise(place: Place): void {
    place.served += 1
    place.failuresInRow = 0
    place.outUntilMs = 0
  }

  #blame(place: Place, { detail }: AppError): void {
    place.failures += 1
    place.failuresInRow += 1
    place.lastFault = detail
    const outMs = Math.min(LONGEST_OUT_MS, FIRST_OUT_MS * 2 ** (place.failuresInRow - 1))
    place.outUntilMs = this.#nowMs() + outMs
  }

  #untilNextMs(): number {
    const left = this.#places
      .filter(({ isBusy }) => !isBusy)
      .map(({ outUntilMs }) => outUntilMs - this.#nowMs())
    return Math.max(1, Math.min(LONGEST_OUT_MS, ...left))
  }
}
