// A row has changed since it was read. Stores throw this within a transaction; the unit of work catches it and retries the
// whole transaction.

export class WriteConflict extends Error {
  override readonly name = 'WriteConflict'
}
