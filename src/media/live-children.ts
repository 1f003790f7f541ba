// Which child processes are running now, so that none outlives this process. Ending is a matter of the whole process,
// hence the one registry per process. It listens to nothing while it is empty, so that importing this file does nothing.
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

  // Without a listener these signals end the process and 'exit' is never emitted. Where someone else listens, the end
  // of the process is theirs to arrange (a server lets its work finish); else we clean up and let the signal do its work.
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
