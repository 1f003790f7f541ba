// Signals within one process. Other hubs of a shared store notice a change when they read the rows, a second later.
import { EventEmitter } from 'node:events'
import type { JobSignals } from './ports/job-signals.ts'

const QUEUE = Symbol('queue')

export function createLocalSignals(): JobSignals {
  const emitter = new EventEmitter()
  // Many callers may wait for one job.
  emitter.setMaxListeners(0)
  const subscribe = (name: string | symbol, listener: () => void): (() => void) => {
    emitter.on(name, listener)
    return () => void emitter.off(name, listener)
  }
  return {
    changed: (id) => void emitter.emit(id),
    queueChanged: () => void emitter.emit(QUEUE),
    onChange: subscribe,
    onQueueChange: (listener) => subscribe(QUEUE, listener),
  }
}
