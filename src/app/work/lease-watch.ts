// Finds the leases of jobs or owners that have run out. A lease is lost when this watcher has seen the same heartbeat for the
// length of a lease by its own monotonic clock: wall clocks jump, and those of several machines disagree.

/** Lives as long as its `beat` grows. */
interface Beat {
  readonly token: string
  readonly beat: number
}

interface Sighting {
  readonly beat: number
  readonly sinceMs: number
}

export class LeaseWatch {
  readonly #leaseMs: number
  #sightings = new Map<string, Sighting>()

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs
  }

  /** @param leases all present leases @returns those that have run out */
  look<B extends Beat>(leases: readonly B[], monotonicMs: number): readonly B[] {
    const seen = new Map<string, Sighting>()
    const lost: B[] = []
    for (const lease of leases) {
      const before = this.#sightings.get(lease.token)
      const sighting =
        before?.beat === lease.beat ? before : { beat: lease.beat, sinceMs: monotonicMs }
      seen.set(lease.token, sighting)
      if (monotonicMs - sighting.sinceMs >= this.#leaseMs) lost.push(lease)
    }
    this.#sightings = seen
    return lost
  }
}
