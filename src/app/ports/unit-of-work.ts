// The transaction port: writes of one transaction appear together or not at all, and survive a power cut once `write` has returned.
// Jobs, their events, dispatch and references to blobs are written through it.

declare const brand: unique symbol

/** A transaction, or a snapshot to read from; only stores look inside. Valid until the work that got it returns. */
export interface Transaction {
  readonly [brand]: 'Transaction'
}

export interface UnitOfWork {
  /**
   * Runs `work` in one transaction and commits it durably. Slow work stays outside: no network, no media, no files except the unlink
   * of a blob without references. `work` is retried when another writer was faster.
   *
   * @throws AppError `disk_full`, `store_unavailable`; errors of `work`, with nothing written
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** The same for work that frees space: it also succeeds on a full disk. */
  free<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Runs `work` without writing; each query sees what is committed then. @throws AppError `store_unavailable` */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
}
