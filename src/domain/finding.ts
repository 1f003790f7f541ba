// One finding of the doctor: the state of a subject, and what to do.

export interface Finding {
  readonly subject: string
  /** `warning`: it works, but not as well as it could. */
  readonly state: 'ok' | 'warning' | 'missing'
  readonly detail: string
  /** Advice; null when there is nothing to do. */
  readonly advice: string | null
  /** Commands to type, in this order. Each is shown unbroken on its own line, so it can be copied. */
  readonly commands?: readonly string[]
}
