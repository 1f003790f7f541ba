// Time as the use cases see it, so that tests can hold it still.

export interface Clock {
  /** Milliseconds that never run backwards; only differences mean anything. */
  monotonicMs(): number
}
