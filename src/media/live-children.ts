// The running child processes, so that none outlives this process. One registry per process, because exit and signals concern the
// whole process. While it is empty it has no listeners, so importing this file has no effect.
import type { ChildProcess } from 'node:child_process'

const FATAL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

class LiveChildren {
  readonly #children = new Set<ChildProcess>()

  /** Kills the child when this process ends, until the child has ended itself. */
  add(child: ChildProcess): void {
    if (this.#children.size === 0) this.#listen()
    this.#children.add(child)
    child.once('close', () => {
      this.#children.delete(child)
      if (this.#children.size === 0) this.#unlisten()
    })
  }

  readonly #killAll = (): void => {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  // Without a listener these signals end the process without an 'exit' event. Another listener, such as a server's, ends the
  // process itself; without one this function kills the children and repeats the signal.
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return
    this.#killAll()
    this.#unlisten()
    process.kill(process.pid, signal)
  }

  #listen(): void {
    process.on('exit', this.#killAll)
    for (const signal of FATAL_SIGNALS) process.on(signal, this.#onSignal)
  }

  #unlisten(): void {
    process.off('exit', this.#killAll)
    for (const signal of FATAL_SIGNALS) process.off(signal, this.#onSignal)
  }
}

export const liveChildren = new LiveChildren()
