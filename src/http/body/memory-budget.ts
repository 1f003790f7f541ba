// Bounds the memory of all JSON bodies that are read at a time. Each body has its own limit, but a hundred of them would exhaust
// the process. When the budget is spent, further requests get `server_busy`.
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
        throw new AppError(
          'server_busy',
          'The hub is reading too many large requests: retry in a moment, or raise INFINITETALK_LIMIT_BODY_MEMORY_MAX_BYTES.',
        )
      }
      taken += bytes
    },
    give(bytes) {
      taken -= bytes
    },
  }
}
