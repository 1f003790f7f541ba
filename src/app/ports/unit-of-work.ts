// The transaction port: what is written together is there together, or not at all, and when `write` has returned it
// survives a power cut. Jobs, their events, dispatch and references to blobs are all written through it.

declare const brand: unique symbol

/** A transaction, or a snapshot to read from; only stores look inside. Valid until the work that got it returns. */
export interface Transaction {
  readonly [brand]: 'Transaction'
}

export interface UnitOfWork {
  /**
   * Runs `work` in one transaction and commits it durably. Nothing slow belongs inside: no network, no media, no files
   * but the one unlink of a blob that nobody names. `work` may run again when another
   * writer was faster.
   *
   * @throws AppError `disk_full`, `store_unavailable`; what `work` throws, with nothing written
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** The same for work that makes room on the disk: it also succeeds on a disk that is full. */
  free<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Runs `work` without writing; each query sees what is committed then. @throws AppError `store_unavailable` */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
}
