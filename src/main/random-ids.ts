// New names and numbers from the system's random source.
import { randomBytes, randomUUID } from 'node:crypto'
import type { IdSource } from '../app/ports/id-source.ts'
import { fileIdOf, jobIdOf } from '../domain/ids.ts'

const RANDOM_BYTES = 10

export function createIdSource(epochMs: () => number): IdSource {
  return {
    newJobId: () => jobIdOf(epochMs(), randomBytes(RANDOM_BYTES)),
    newFileId: () => fileIdOf(epochMs(), randomBytes(RANDOM_BYTES)),
    newToken: () => randomUUID(),
    newSeed: () => randomBytes(4).readUInt32LE(),
  }
}
