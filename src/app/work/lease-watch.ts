// Which leases have run out, of jobs or of owners, told without a clock that may jump and without clocks of several machines that would have to
// agree: a lease is lost when this watcher has seen the same beat for the length of a lease, by its own monotonic time.

/** Something that lives as long as its beat grows. */
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

  /** @param leases all there are now @returns those that have run out */
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
