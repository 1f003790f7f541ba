// Which leases have run out, told without a clock that may jump and without clocks of several machines that would have to
// agree: a lease is lost when this watcher has seen the same beat for the length of a lease, by its own monotonic time.
import type { LeaseBeat } from '../ports/dispatch.ts'

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
  look(leases: readonly LeaseBeat[], monotonicMs: number): readonly LeaseBeat[] {
    const seen = new Map<string, Sighting>()
    const lost: LeaseBeat[] = []
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
