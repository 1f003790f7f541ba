// Makes ids and seeds from the random source of the system.
import { randomBytes, randomUUID } from 'node:crypto'
import type { IdSource } from '../app/ports/id-source.ts'
import { batchIdOf, deliveryIdOf, fileIdOf, jobIdOf } from '../domain/ids.ts'

const RANDOM_BYTES = 10
const SECRET_BYTES = 32

export function createIdSource(epochMs: () => number): IdSource {
  return {
    newJobId: () => jobIdOf(epochMs(), randomBytes(RANDOM_BYTES)),
    newBatchId: () => batchIdOf(epochMs(), randomBytes(RANDOM_BYTES)),
    newFileId: () => fileIdOf(epochMs(), randomBytes(RANDOM_BYTES)),
    newDeliveryId: () => deliveryIdOf(epochMs(), randomBytes(RANDOM_BYTES)),
    newToken: () => randomUUID(),
    newSecret: () => randomBytes(SECRET_BYTES).toString('hex'),
    newSeed: () => randomBytes(4).readUInt32LE(),
  }
}
