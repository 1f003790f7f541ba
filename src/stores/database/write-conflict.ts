// A row was not what it was when it was read. Thrown by stores within a transaction, caught by the unit of work, which runs
// the whole transaction again.

export class WriteConflict extends Error {
  override readonly name = 'WriteConflict'
}
