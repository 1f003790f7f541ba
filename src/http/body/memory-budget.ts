// What all JSON bodies together may hold in memory while they are read. One body has its own limit; a hundred at once of that
// size would be the end of the process, so those that come when the budget is spent are asked to come back.
import { AppError } from '../../domain/errors.ts'

export interface MemoryBudget {
  /** @throws AppError `server_busy` when it is spent */
  take(bytes: number): void
  give(bytes: number): void
}

export function createMemoryBudget(maxBytes: number): MemoryBudget {
  let taken = 0
  return {
    take(bytes) {
      if (taken + bytes > maxBytes) {
        throw new AppError('server_busy', 'Too many large requests are being read at the moment.')
      }
      taken += bytes
    },
    give(bytes) {
      taken -= bytes
    },
  }
}
