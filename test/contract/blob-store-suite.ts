// The promises of every store of blobs.
import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import type { BlobStore } from '../../src/app/ports/blob-store.ts'
import type { Sha256 } from '../../src/domain/ids.ts'

export interface BlobBench {
  readonly store: BlobStore
  /** The same store on another machine; the same machine for a folder. */
  readonly other: BlobStore
  path(name: string): string
  readonly damages: readonly string[]
  /** Replaces the stored bytes by others of the same length. */
  damage(sha256: Sha256, content: Buffer): Promise<void>
}

export type OpenBlobs = () => Promise<BlobBench>

const signal = new AbortController().signal
const limits = { maxBytes: 1e9, signal }
/** Two parts of an upload to a bucket. */
const LARGE = 9 * 1024 * 1024

export async function keep(store: BlobStore, content: Buffer): Promise<Sha256> {
  const blob = await store.stage(pieces(content), limits)
  await blob.publish()
  return blob.sha256
}

async function* pieces(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
}

export function blobStoreSuite(open: OpenBlobs): void {
  it('keeps bytes under their hash from their publication on, for every machine', async () => {
    const { store, other } = await open()
    const content = Buffer.from('hello world')
    const blob = await store.stage(pieces(content), limits)
    expect(blob.sha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect(await other.size(blob.sha256)).toBeNull()
    await blob.publish()
    expect(await other.size(blob.sha256)).toBe(11)
    await other.expect(blob.sha256, 11)
    expect(await buffer(await other.read(blob.sha256))).toEqual(content)
    expect(await buffer(await other.read(blob.sha256, { start: 6, end: 10 }))).toEqual(
      content.subarray(6),
    )
    expect(await store.usage(signal)).toMatchObject({ files: 1, bytes: 11 })
    expect(await store.staged()).toEqual([])
  })

  it('keeps a file of several parts, and gives any range and a path of it', async () => {
    const { store, other, path } = await open()
    const content = randomBytes(LARGE)
    await writeFile(path('large'), content)
    const blob = await store.stageFile(path('large'), signal)
    await blob.publish()
    expect(await other.size(blob.sha256)).toBe(LARGE)
    const start = 8 * 1024 * 1024 - 10
    const part = await buffer(await other.read(blob.sha256, { start, end: start + 19 }))
    expect(part).toEqual(content.subarray(start, start + 20))
    expect((await buffer(await other.read(blob.sha256))).equals(content)).toBe(true)
    await other.verify(blob.sha256)
    expect(await other.localPath(blob.sha256)).toContain(blob.sha256)
  })

  it('keeps equal content once, and an empty one', async () => {
    const { store, other } = await open()
    const [first, second] = [await keep(store, Buffer.alloc(0)), await keep(other, Buffer.alloc(0))]
    expect(first).toBe(second)
    expect(await buffer(await other.read(first))).toHaveLength(0)
    expect(await store.usage(signal)).toMatchObject({ files: 1, bytes: 0 })
  })

  it('forgets bytes that are discarded or removed, and reports a blob that is gone', async () => {
    const { store, other } = await open()
    await (await store.stage(pieces(Buffer.from('no')), limits)).discard()
    expect(await store.staged()).toEqual([])
    const sha256 = await keep(store, Buffer.from('yes'))
    await other.remove(sha256)
    await other.remove(sha256)
    expect(await other.size(sha256)).toBeNull()
    const gone = { code: 'store_unavailable' }
    await expect(other.read(sha256)).rejects.toMatchObject(gone)
    await expect(other.localPath(sha256)).rejects.toMatchObject(gone)
    await expect(other.expect(sha256, 3)).rejects.toMatchObject(gone)
  })

  it('14.7: gives damaged bytes to nobody, sets them aside, and takes the right ones again', async () => {
    const { store, other, damages, damage } = await open()
    const content = randomBytes(300_000)
    const sha256 = await keep(store, content)
    await damage(sha256, randomBytes(300_000))
    await expect(other.read(sha256).then(buffer)).rejects.toMatchObject({ code: 'blob_damaged' })
    await expect(other.verify(sha256)).rejects.toMatchObject({ code: 'blob_damaged' })
    expect(damages).toEqual(['blob_damaged'])
    await keep(other, content)
    expect((await buffer(await other.read(sha256))).equals(content)).toBe(true)
  })

  it('rejects content that is too large or whose sender gave up, and keeps nothing of it', async () => {
    const { store } = await open()
    const large = store.stage(pieces(Buffer.alloc(100)), { maxBytes: 99, signal })
    await expect(large).rejects.toMatchObject({ code: 'input_too_large' })
    expect(await store.staged()).toEqual([])
    expect(await store.freeBytes()).toBeGreaterThan(0)
  })
}
