// A value that lives outside of components and draws those that use it again when it changes.
import { useEffect, useState } from 'preact/hooks'

export class SharedValue<Value> {
  readonly #listeners = new Set<() => void>()
  #current: Value

  constructor(first: Value) {
    this.#current = first
  }

  get current(): Value {
    return this.#current
  }

  set(next: Value): void {
    this.#current = next
    for (const listener of this.#listeners) listener()
  }

  /** Returns what ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}

export function useShared<Value>(value: SharedValue<Value>): Value {
  const [, redraw] = useState(0)
  useEffect(() => value.listen(() => redraw((count) => count + 1)), [value])
  return value.current
}
