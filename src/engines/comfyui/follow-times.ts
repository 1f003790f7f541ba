// All time limits of the engine for a ComfyUI, in one place; tests use shorter ones.

export interface FollowTimes {
  /** The pause between two looks at the queue: the first, and the longest. */
  readonly pollFirstMs: number
  readonly pollLongestMs: number
  /** The pause before the next look when ComfyUI reported the end but does not show it: real servers need up to 8 ms. */
  readonly pollAfterEndMs: number
  /** Failing looks are tolerated for this long: a server that loads a model may not answer for a while. */
  readonly unreachableMs: number
  /** A prompt in neither queue nor history for this long, in two looks or more, is lost. Servers move it within 8 ms. */
  readonly forgottenMs: number
  /** The same limit after ComfyUI reported success. */
  readonly lateHistoryMs: number
  /** The minimum silence of a running render that counts as a stall; between two windows minutes of silence are normal. */
  readonly stallMs: number
  /** The same limit in expected window durations, where that is longer. */
  readonly stallWindows: number
  /** The minimum before the first step: 40 GB of models may come from a slow disk. */
  readonly loadingStallMs: number
  /** For an interrupted prompt to end, which it does at its next step, or for a queued one to leave the queue. */
  readonly endMs: number
  /** For tidying up after a render. */
  readonly tidyMs: number
  /** The pause between two attempts to download a video that is empty or still grows, and their maximum number. */
  readonly settleMs: number
  readonly settleTries: number
  /** Between two looks for frames that a node saves in a shared folder. */
  readonly framesPollMs: number
  /** For frames that must be saved to be seen there: a network folder may show a file a minute late. */
  readonly framesLateMs: number
}

export const FOLLOW_TIMES: FollowTimes = {
  pollFirstMs: 1000,
  pollLongestMs: 5000,
  pollAfterEndMs: 10,
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
  framesPollMs: 500,
  framesLateMs: 90_000,
}
