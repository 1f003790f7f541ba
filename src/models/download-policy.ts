// The policy of downloads: how many connections, how long they wait, when they give up.
import { backoffMs } from '../domain/backoff.ts'

export interface DownloadPolicy {
  /** Maximum number of open connections, over all files. */
  readonly connections: number
  readonly parallelFiles: number
  /** The size of one range: large at first, smaller toward the end so that all connections end together. */
  readonly minPieceBytes: number
  readonly maxPieceBytes: number
  readonly connectTimeoutMs: number
  /** The longest silence within an answer. */
  readonly idleTimeoutMs: number
  /** Deadline for one range. */
  readonly pieceTimeoutMs: number
  /** Deadline for a whole file from a server without ranges. */
  readonly wholeFileTimeoutMs: number
  /** Attempts of a request that only looks a file up. */
  readonly lookUpAttempts: number
  /** A file that received nothing for this long fails. */
  readonly giveUpAfterMs: number
  /** When a server asks for a longer wait than this, the pull ends and reports it. */
  readonly longestPauseMs: number
  backoffMs(failures: number): number
}

const MiB = 1024 * 1024
const MINUTE_MS = 60_000

/** @param random 0..1 */
export function defaultPolicy(random: () => number): DownloadPolicy {
  return {
    connections: 16,
    parallelFiles: 4,
    minPieceBytes: MiB,
    maxPieceBytes: 32 * MiB,
    connectTimeoutMs: 15_000,
    idleTimeoutMs: 30_000,
    pieceTimeoutMs: 60 * MINUTE_MS,
    wholeFileTimeoutMs: 24 * 60 * MINUTE_MS,
    lookUpAttempts: 4,
    giveUpAfterMs: 5 * MINUTE_MS,
    longestPauseMs: 15 * MINUTE_MS,
    backoffMs: (failures) => backoffMs(failures, random()),
  }
}
