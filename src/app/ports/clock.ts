// Time as the use cases see it, so that tests can hold it still.

export interface Clock {
  /** Milliseconds that never run backwards; only differences mean anything. */
  monotonicMs(): number
}

/** The time of day, for what is shown and kept. It may jump; nothing that must last so and so long is measured by it. */
export interface WallClock {
  /** Milliseconds since 1970, UTC. */
  epochMs(): number
}
