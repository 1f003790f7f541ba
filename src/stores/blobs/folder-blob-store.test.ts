import { createHash } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import { openFolderBlobStore } from './folder-blob-store.ts'

const signal = new AbortController().signal

async function openStore() {
  const files = await createTestFolder()
  let tokens = 0
  const newToken = (): string => {
    tokens += 1
    return `t${tokens}`
  }
  const store = await openFolderBlobStore({ folder: files.path('blobs'), newToken })
  return { files, store, staging: () => readdir(files.path('blobs/staging')) }
}

async function* bytes(...chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

describe('the folder of blobs', () => {
  it('keeps content under its hash, and gives it back whole or in part', async () => {
    const { store, staging } = await openStore()
    const blob = await store.stage(bytes('hello ', 'world'), { maxBytes: 11, signal })
    expect(blob.sha256).toBe(createHash('sha256').update('hello world').digest('hex'))
    expect(await store.size(blob.sha256)).toBeNull()
    await blob.publish()
    expect(await store.size(blob.sha256)).toBe(11)
    expect((await buffer(await store.read(blob.sha256))).toString()).toBe('hello world')
    const part = await store.read(blob.sha256, { start: 6, end: 10 })
    expect((await buffer(part)).toString()).toBe('world')
    expect(await staging()).toEqual([])
  })

  it('keeps the same content once, and repairs a name that does not hold it', async () => {
    const { store, staging } = await openStore()
    const first = await store.stage(bytes('same'), { maxBytes: 9, signal })
    await first.publish()
    const again = await store.stage(bytes('same'), { maxBytes: 9, signal })
    await again.publish()
    expect(again.sha256).toBe(first.sha256)
    // As a disk that lost its end would leave it.
    await writeFile(await store.localPath(first.sha256), '')
    await (await store.stage(bytes('same'), { maxBytes: 9, signal })).publish()
    expect((await buffer(await store.read(first.sha256))).toString()).toBe('same')
    expect(await staging()).toEqual([])
  })

  it('takes a file over from its place', async () => {
    const { files, store } = await openStore()
    await writeFile(files.path('video'), 'v'.repeat(3_000_000))
    const blob = await store.stageFile(files.path('video'), signal)
    await blob.publish()
    expect(blob.bytes).toBe(3_000_000)
    expect(await files.names()).toEqual(['blobs'])
  })

  it('leaves nothing of content that is too large, is cut off, or is not wanted', async () => {
    const { store, staging } = await openStore()
    await expect(store.stage(bytes('123', '456'), { maxBytes: 5, signal })).rejects.toMatchObject({
      code: 'input_too_large',
    })
    const broken = (async function* () {
      yield Buffer.from('1')
      throw new Error('cut off')
    })()
    await expect(store.stage(broken, { maxBytes: 5, signal })).rejects.toThrow('cut off')
    const aborted = AbortSignal.abort()
    await expect(store.stage(bytes('1'), { maxBytes: 5, signal: aborted })).rejects.toThrow()
    await (await store.stage(bytes('1'), { maxBytes: 5, signal })).discard()
    expect(await staging()).toEqual([])
  })

  it('says what it holds: each content once, and what is on its way', async () => {
    const { store } = await openStore()
    expect(await store.usage(signal)).toEqual({ files: 0, bytes: 0 })
    for (const content of ['one', 'other', 'one']) {
      await (await store.stage(bytes(content), { maxBytes: 9, signal })).publish()
    }
    await store.stage(bytes('staged'), { maxBytes: 9, signal })
    expect(await store.usage(signal)).toEqual({ files: 3, bytes: 14 })
    await expect(store.usage(AbortSignal.abort())).rejects.toThrow()
  })

  it('clears what a crash left half-written', async () => {
    const { store, staging } = await openStore()
    await store.stage(bytes('1'), { maxBytes: 5, signal })
    expect(await staging()).toHaveLength(1)
    await store.removeLeftovers()
    expect(await staging()).toEqual([])
  })

  it('lets a reader that has begun read to the end of a blob that is removed', async () => {
    const { store } = await openStore()
    const blob = await store.stage(bytes('x'.repeat(500_000)), { maxBytes: 1e6, signal })
    await blob.publish()
    const reader = await store.read(blob.sha256)
    await store.remove(blob.sha256)
    expect((await buffer(reader)).length).toBe(500_000)
    await expect(store.read(blob.sha256)).rejects.toThrow()
  })
})
