// Verifies each model: by size, date and format, or by reading every byte again. A model that is verified for the first time is
// recorded; nothing is removed.
import type { ModelEntry } from '@infinitetalk/contract'
import type { ModelStatus, VerifyRequest } from '../app/ports/models.ts'
import { findFormatFault } from './check-format.ts'
import { inspectModel } from './inspect-model.ts'
import { modelKey } from './load-manifest.ts'
import type { LockFile } from './lock-file.ts'
import { lookAt } from './model-volume.ts'
import { hashFile } from './running-hash.ts'

export interface VerifyPorts {
  readonly volume: string
  readonly lock: LockFile
}

export async function verifyModels(
  models: readonly ModelEntry[],
  request: VerifyRequest,
  ports: VerifyPorts,
): Promise<readonly ModelStatus[]> {
  const verified: ModelStatus[] = []
  for (const model of models) verified.push(await verifyModel(model, request, ports))
  return verified
}

async function verifyModel(
  model: ModelEntry,
  { deep, signal, onProgress }: VerifyRequest,
  { volume, lock }: VerifyPorts,
): Promise<ModelStatus> {
  signal.throwIfAborted()
  const status = await inspectModel(model, volume, lock)
  if (!['present', 'unverified', 'stale'].includes(status.state)) return status
  const fault = await findFormatFault(status.path, model.file)
  if (fault !== null) return { ...status, state: 'damaged', detail: fault }
  if (!deep) return status
  const { path, bytesOnDisk } = status
  const onHashed = (done: number): void => onProgress(model.name, done, bytesOnDisk)
  const found = await hashFile(path, bytesOnDisk, signal, onHashed)
  if (status.sha256 !== null && found !== status.sha256) {
    const detail = `its SHA-256 is ${found} instead of ${status.sha256}`
    return { ...status, state: 'damaged', detail }
  }
  if (status.sha256 === null) return { ...status, detail: 'its expected hash is unknown' }
  const occupant = await lookAt(path)
  if (status.state === 'unverified' && occupant.kind === 'file') {
    const { bytes, modifiedAtMs } = occupant
    const trusted = model.sha256 === undefined ? 'source' : 'manifest'
    const source = 'found in the folder'
    await lock.set(modelKey(model), { bytes, modifiedAtMs, sha256: found, trusted, source })
  }
  return { ...status, state: 'present', detail: null }
}
