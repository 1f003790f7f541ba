// The clock of the use cases; tests replace it.

export interface Clock {
  /** Milliseconds that never run backwards; only differences mean anything. */
  monotonicMs(): number
}

/** The time of day, for timestamps. It may jump, so durations are never measured by it. */
export interface WallClock {
  /** Milliseconds since 1970, UTC. */
  epochMs(): number
}
