// Uploaded files, idempotency keys and measured speeds.
import { expect, it } from 'vitest'
import type { UploadedFile } from '../../src/app/ports/file-store.ts'
import type { IdempotencyRecord } from '../../src/app/ports/idempotency-store.ts'
import { fileIdOf, type Sha256 } from '../../src/domain/ids.ts'
import { SAMPLE_TIME_MS, sampleJob } from '../support/sample-job.ts'
import type { OpenStores } from '../support/store-backends.ts'

const FILE: UploadedFile = {
  id: fileIdOf(SAMPLE_TIME_MS, Buffer.alloc(10, 1)),
  ownerKey: 'anonymous',
  filename: 'vo"ice ☠.wav',
  contentType: null,
  createdAtMs: SAMPLE_TIME_MS,
  expiresAtMs: SAMPLE_TIME_MS + 1000,
  announcedBytes: null,
  content: null,
}

const RECORD: IdempotencyRecord = {
  scope: 'anonymous POST /v1/jobs',
  key: 'k',
  fingerprint: 'f',
  madeId: null,
  reservedBy: 'first',
  expiresAtMs: SAMPLE_TIME_MS + 1000,
}

export function requestStoresSuite(open: OpenStores): void {
  it('let the content of a file be written once', async () => {
    const { unitOfWork, files } = await open()
    const content = { sha256: 'e'.repeat(64) as Sha256, bytes: 5_000_000_000 }
    await unitOfWork.write(async (tx) => {
      await files.insert(tx, FILE)
      expect(await files.get(tx, FILE.id)).toEqual(FILE)
      expect(await files.setContent(tx, FILE.id, content, 'audio/wav')).toBe(true)
      expect(await files.setContent(tx, FILE.id, content, 'audio/wav')).toBe(false)
      expect(await files.get(tx, FILE.id)).toEqual({ ...FILE, content, contentType: 'audio/wav' })
      expect(await files.expired(tx, FILE.expiresAtMs, 9)).toEqual([FILE.id])
      expect(await files.expired(tx, FILE.expiresAtMs - 1, 9)).toEqual([])
      expect(await files.delete(tx, FILE.id)).toBe(true)
      expect(await files.delete(tx, FILE.id)).toBe(false)
    })
  })

  it('keep the announced size of a file until it has its content', async () => {
    const { unitOfWork, files } = await open()
    const announced = { ...FILE, announcedBytes: 7 }
    const content = { sha256: 'e'.repeat(64) as Sha256, bytes: 7 }
    await unitOfWork.write(async (tx) => {
      await files.insert(tx, announced)
      expect(await files.get(tx, FILE.id)).toEqual(announced)
      expect(await files.pending(tx, FILE.ownerKey, FILE.createdAtMs)).toBe(1)
      await files.setContent(tx, FILE.id, content, null)
      expect(await files.get(tx, FILE.id)).toEqual({ ...FILE, content })
    })
  })

  it('let one of many reserve a key, and remember what came of it', async () => {
    const { unitOfWork, idempotency } = await open()
    const reserve = (reservedBy: string) =>
      unitOfWork.write((tx) => idempotency.reserve(tx, { ...RECORD, reservedBy }, SAMPLE_TIME_MS))
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => reserve(`r${index}`)),
    )
    expect(answers.filter((answer) => answer === null)).toHaveLength(1)
    const { reservedBy } = answers.find((answer) => answer !== null)!
    const done = { ...RECORD, reservedBy, madeId: sampleJob(1).id }
    await unitOfWork.write(async (tx) => {
      const stranger = { ...done, reservedBy: 'stranger' }
      expect(await idempotency.complete(tx, stranger)).toBe(false)
      expect(await idempotency.complete(tx, done)).toBe(true)
      expect(await idempotency.complete(tx, done)).toBe(false)
      await idempotency.release(tx, done)
    })
    expect(await reserve('late')).toEqual(done)
  })

  it('free a key that expired, was given up, or was left reserved by a process that is gone', async () => {
    const { unitOfWork, idempotency } = await open()
    await unitOfWork.write(async (tx) => {
      expect(await idempotency.reserve(tx, RECORD, SAMPLE_TIME_MS)).toBeNull()
      expect(await idempotency.reserve(tx, RECORD, SAMPLE_TIME_MS)).toEqual(RECORD)
      expect(await idempotency.reserve(tx, RECORD, RECORD.expiresAtMs)).toBeNull()
      const { scope, key, reservedBy } = RECORD
      expect(await idempotency.reservations(tx)).toEqual([{ scope, key, reservedBy }])
      await idempotency.release(tx, RECORD)
      expect(await idempotency.reservations(tx)).toEqual([])
      expect(await idempotency.reserve(tx, RECORD, SAMPLE_TIME_MS)).toBeNull()
      await idempotency.releaseAll(tx)
      expect(await idempotency.reserve(tx, RECORD, SAMPLE_TIME_MS)).toBeNull()
      await idempotency.sweep(tx, RECORD.expiresAtMs)
      expect(await idempotency.reserve(tx, RECORD, SAMPLE_TIME_MS)).toBeNull()
    })
  })

  it('remember how fast each engine is at each size', async () => {
    const { unitOfWork, speeds } = await open()
    const key = { engine: 'preview', width: 512, height: 512 }
    const times = { units: 9, beforeSeconds: 1, samplingSeconds: 0.1, afterSeconds: 0.5 }
    const recent = [{ backend: null, ...times }]
    const speed = { secondsPerUnit: 0.0123, setupSeconds: 1.5, samples: 3, recent }
    await unitOfWork.write(async (tx) => {
      await speeds.put(tx, key, { ...speed, samples: 2, recent: [] })
      await speeds.put(tx, key, speed)
      expect(await speeds.ofEngine(tx, 'preview')).toEqual([{ key, speed }])
      expect(await speeds.ofEngine(tx, 'noop')).toEqual([])
    })
  })
}
