// Several who watch, as one. Watching must never harm what is watched: what one of them throws is swallowed, because there is
// nobody left to tell.
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
