// Converts the Transaction of the ports to Kysely's. No other file knows that the two are the same.
import type { Kysely } from 'kysely'
import type { Transaction } from '../../app/ports/unit-of-work.ts'
import type { Schema } from './schema.ts'

export type Executor = Kysely<Schema>

export function executorOf(tx: Transaction): Executor {
  return tx as unknown as Executor
}

export function asTransaction(executor: Executor): Transaction {
  return executor as unknown as Transaction
}
