// Makes one observer of several. Observing must never harm the work, so an error of an observer is swallowed; there is no other
// place to report it.
import type { Observer } from '../app/ports/observer.ts'

export function combineObservers(observers: readonly Observer[]): Observer {
  return {
    observe(event) {
      for (const observer of observers) {
        try {
          observer.observe(event)
        } catch {
          // A full disk under the log must not fail a job.
        }
      }
    },
  }
}
