// Where a person watches a video that grows, for the finished video that takes its place.
export interface WatchedPlace {
  readonly seconds: number
  readonly isPlaying: boolean
}

let kept: (WatchedPlace & { readonly jobId: string }) | null = null

export function keepPlace(jobId: string, place: WatchedPlace): void {
  kept = { jobId, ...place }
}

/** Once: a take that is opened again begins at its beginning. */
export function takePlace(jobId: string): WatchedPlace | null {
  const place = kept?.jobId === jobId ? kept : null
  kept = null
  return place
}
