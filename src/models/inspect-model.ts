// The state of a model without reading it: the lock file knows what was verified, the journal knows what was received.
import type { ModelEntry } from '@infinitetalk/contract'
import type { ModelStatus } from '../app/ports/models.ts'
import { ByteRanges } from './byte-ranges.ts'
import { modelKey } from './load-manifest.ts'
import type { LockedModel, LockFile } from './lock-file.ts'
import { lookAt, modelPaths } from './model-volume.ts'
import { readJournal } from './transfer-journal.ts'

export async function inspectModel(
  model: ModelEntry,
  volume: string,
  lock: LockFile,
): Promise<ModelStatus> {
  const paths = modelPaths(volume, model)
  const locked = lock.get(modelKey(model))
  const facts = { model, path: paths.target, ...expectation(model, locked) }
  const occupant = await lookAt(paths.target)
  if (occupant.kind === 'other') {
    const detail = `${occupant.what} is in its place`
    return { ...facts, state: 'blocked', bytesOnDisk: 0, detail }
  }
  if (occupant.kind === 'nothing') {
    const record = await readJournal(paths.journal)
    const bytesOnDisk = record === null ? 0 : ByteRanges.of(record.written).bytes
    const state = bytesOnDisk > 0 ? 'partial' : 'missing'
    return { ...facts, bytes: record?.bytes ?? facts.bytes, state, bytesOnDisk, detail: null }
  }
  const { bytes: bytesOnDisk, modifiedAtMs } = occupant
  const isAsVerified = locked?.bytes === bytesOnDisk && locked.modifiedAtMs === modifiedAtMs
  if (isAsVerified) {
    const isWanted = model.sha256 === undefined || model.sha256 === locked.sha256
    const detail = isWanted ? null : 'the manifest names other content now'
    return { ...facts, state: isWanted ? 'present' : 'stale', bytesOnDisk, detail }
  }
  if (facts.bytes !== null && !facts.approximate && facts.bytes !== bytesOnDisk) {
    const detail = `it has ${bytesOnDisk} bytes instead of ${facts.bytes}`
    return { ...facts, state: 'wrong_size', bytesOnDisk, detail }
  }
  if (facts.approximate && facts.bytes !== null && isFarFrom(bytesOnDisk, facts.bytes)) {
    const detail = `it has ${bytesOnDisk} bytes instead of about ${facts.bytes}`
    return { ...facts, state: 'wrong_size', bytesOnDisk, detail }
  }
  const detail = locked === null ? 'put there by someone else' : 'changed since it was verified'
  return { ...facts, state: 'unverified', bytesOnDisk, detail }
}

/** A size that is known about is right to within some percent: half or double is another file. */
function isFarFrom(bytes: number, about: number): boolean {
  return bytes < about / 2 || bytes > about * 2
}

function expectation(model: ModelEntry, locked: LockedModel | null) {
  const exact = model.bytes ?? locked?.bytes ?? null
  return {
    bytes: exact ?? model.approximateBytes ?? null,
    approximate: exact === null && model.approximateBytes !== undefined,
    sha256: model.sha256 ?? locked?.sha256 ?? null,
  }
}
