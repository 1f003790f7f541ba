// The worker port: what each process that renders reports of itself. A process is one of the owners of the store, whose heartbeats
// show that it lives.
import type { WorkerReport, WorkerStatus } from '../../domain/worker-status.ts'
import type { Transaction } from './unit-of-work.ts'

export type { WorkerStatus }

export interface WorkerStore {
  /** False for a store that one process has for itself: nobody reports there. */
  readonly isShared: boolean
  /** @param owner that is registered @returns whether it was asked to drain */
  report(tx: Transaction, owner: string, report: WorkerReport): Promise<boolean>
  /** Those that live, by name. */
  living(tx: Transaction): Promise<readonly WorkerStatus[]>
  /** Asks living workers to finish their jobs and to stop. @param host all of this host, or the one of this name; null: all @returns their names */
  drain(tx: Transaction, host: string | null): Promise<readonly string[]>
  /** Deletes the reports of processes that no longer live. */
  sweep(tx: Transaction): Promise<void>
}
