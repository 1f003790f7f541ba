// All times of the engine's patience with a service on the internet; tests use shorter ones.

export interface CloudTimes {
  /** Pause between two polls of a task: the first, and the longest. */
  readonly pollFirstMs: number
  readonly pollLongestMs: number
  /** Pause between polls while the service pushes: then polls are only a safeguard. */
  readonly pollWhenHeardMs: number
  /** Pause before a push connection that ended is made again. */
  readonly listenAgainMs: number
  /** Failing polls are tolerated for this long: the render goes on while its gateway is away. */
  readonly unreachableMs: number
  /** A task that the service does not know for this long, in every poll, is lost. */
  readonly forgottenMs: number
  /** Enough for a request of up to 12 MiB over a slow line. */
  readonly submitMs: number
  /** Pause before a request with a lost answer is looked up: it may still be on its way. */
  readonly settleMs: number
  /** Pause between attempts while the queue of the service is full: the first, the longest, and the total. */
  readonly busyFirstMs: number
  readonly busyLongestMs: number
  readonly busyMs: number
  /** Deadline for a canceled task to end. */
  readonly endMs: number
  /** Deadline for removing what was stored for a render. */
  readonly tidyMs: number
  /** A download without a byte for this long counts as broken; it is resumed after a pause. */
  readonly idleMs: number
  readonly downloadAgainMs: number
}

export const CLOUD_TIMES: CloudTimes = {
  pollFirstMs: 1000,
  pollLongestMs: 10_000,
  pollWhenHeardMs: 30_000,
  listenAgainMs: 3000,
  unreachableMs: 900_000,
  forgottenMs: 15_000,
  submitMs: 180_000,
  settleMs: 3000,
  busyFirstMs: 2000,
  busyLongestMs: 30_000,
  busyMs: 1_800_000,
  endMs: 30_000,
  tidyMs: 15_000,
  idleMs: 30_000,
  downloadAgainMs: 1000,
}
