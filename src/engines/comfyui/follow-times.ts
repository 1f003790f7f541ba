// How patient the engine is with a ComfyUI, in one place; tests are less patient.

export interface FollowTimes {
  /** Between two looks at the queue: at first, and at most. */
  readonly pollFirstMs: number
  readonly pollLongestMs: number
  /** Before the next look when ComfyUI said the end but does not show it: real servers need up to 8 ms. */
  readonly pollAfterEndMs: number
  /** Looks that fail are borne for so long: a server that loads a model may not answer for a while. */
  readonly unreachableMs: number
  /** In neither queue nor history, in at least two looks, for so long: forgotten. Real servers need up to 8 ms between the two. */
  readonly forgottenMs: number
  /** As before, when ComfyUI said that it succeeded. */
  readonly lateHistoryMs: number
  /** A running render without a sign of life, at least; between two windows minutes of silence are normal. */
  readonly stallMs: number
  /** Or so many times what a window is expected to take, where that is longer. */
  readonly stallWindows: number
  /** While models are loaded: 40 GB from a slow disk. */
  readonly loadingStallMs: number
  /** For a prompt to end that was interrupted or taken out of the queue. It ends at its next step. */
  readonly endMs: number
  /** For tidying up after a render. */
  readonly tidyMs: number
  /** Between two tries to fetch a video that is empty or still grows, and how many. */
  readonly settleMs: number
  readonly settleTries: number
}

export const FOLLOW_TIMES: FollowTimes = {
  pollFirstMs: 1000,
  pollLongestMs: 5000,
  pollAfterEndMs: 50,
  unreachableMs: 60_000,
  forgottenMs: 3000,
  lateHistoryMs: 30_000,
  stallMs: 300_000,
  stallWindows: 5,
  loadingStallMs: 900_000,
  endMs: 30_000,
  tidyMs: 15_000,
  settleMs: 500,
  settleTries: 6,
}
