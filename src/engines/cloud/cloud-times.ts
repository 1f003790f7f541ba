// How patient the engine is with a service on the internet, in one place; tests are less patient.

export interface CloudTimes {
  /** Between two looks at a task: at first, and at most. */
  readonly pollFirstMs: number
  readonly pollLongestMs: number
  /** While the service pushes news, a look is only a safeguard. */
  readonly pollWhenHeardMs: number
  /** Before a connection for news that ended is made again. */
  readonly listenAgainMs: number
  /** Looks that fail are borne for so long: the render goes on while its gateway is away. */
  readonly unreachableMs: number
  /** Unknown to its service in every look, for so long: it is lost. */
  readonly forgottenMs: number
  /** A request that takes up to 12 MiB over a slow line. */
  readonly submitMs: number
  /** Before a request is looked for whose answer was lost: it may still be on its way. */
  readonly settleMs: number
  /** Between two tries while the queue of the service is full: at first, at most, and in all. */
  readonly busyFirstMs: number
  readonly busyLongestMs: number
  readonly busyMs: number
  /** For a task to end that was canceled. */
  readonly endMs: number
  /** For removing what was stored for a render. */
  readonly tidyMs: number
  /** Without a byte for so long the connection of a download counts as broken, and is made again after a pause. */
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
