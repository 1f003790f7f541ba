import { createHash } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { flipByte } from '../../../test/support/flip-byte.ts'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { openFolderBlobStore } from './folder-blob-store.ts'

const signal = new AbortController().signal

async function openStore() {
  const files = await createTestFolder()
  let tokens = 0
  const newToken = (): string => {
    tokens += 1
    return `t${tokens}`
  }
  const damages: string[] = []
  const store = await openFolderBlobStore({
    folder: files.path('blobs'),
    owner: 'me',
    newToken,
    onDamage: ({ code }) => damages.push(code),
  })
  const keep = async (content: string): Promise<Sha256> => {
    const blob = await store.stage(bytes(content), { maxBytes: 1e7, signal })
    await blob.publish()
    return blob.sha256
  }
  return {
    files,
    store,
    damages,
    keep,
    staging: () => readdir(files.path('blobs/staging')),
    damaged: () => readdir(files.path('blobs/damaged')),
  }
}

async function* bytes(...chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

describe('the folder of blobs', () => {
  it('keeps content under its hash, and returns it whole or in part', async () => {
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

  it('keeps equal content once, and replaces a file that does not hold it', async () => {
    const { store, staging } = await openStore()
    const first = await store.stage(bytes('same'), { maxBytes: 9, signal })
    await first.publish()
    const again = await store.stage(bytes('same'), { maxBytes: 9, signal })
    await again.publish()
    expect(again.sha256).toBe(first.sha256)
    // A disk that lost the end of the file would leave this.
    await writeFile(await store.localPath(first.sha256), '')
    await (await store.stage(bytes('same'), { maxBytes: 9, signal })).publish()
    expect((await buffer(await store.read(first.sha256))).toString()).toBe('same')
    expect(await staging()).toEqual([])
  })

  it('moves a file into the store', async () => {
    const { files, store } = await openStore()
    await writeFile(files.path('video'), 'v'.repeat(3_000_000))
    const blob = await store.stageFile(files.path('video'), signal)
    await blob.publish()
    expect(blob.bytes).toBe(3_000_000)
    expect(await files.names()).toEqual(['blobs'])
  })

  it('leaves no file of content that is too large, cut off or canceled', async () => {
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

  it('reports its bytes: each content once, and uploads in progress', async () => {
    const { store } = await openStore()
    expect(await store.usage(signal)).toEqual({ files: 0, bytes: 0 })
    for (const content of ['one', 'other', 'one']) {
      await (await store.stage(bytes(content), { maxBytes: 9, signal })).publish()
    }
    await store.stage(bytes('staged'), { maxBytes: 9, signal })
    expect(await store.usage(signal)).toEqual({ files: 3, bytes: 14 })
    await expect(store.usage(AbortSignal.abort())).rejects.toThrow()
  })

  it('deletes files that a crash left half-written', async () => {
    const { store, staging } = await openStore()
    await store.stage(bytes('1'), { maxBytes: 5, signal })
    expect(await staging()).toHaveLength(1)
    for (const name of await store.staged()) {
      expect(name).toMatch(/^me\.t\d+$/)
      await store.removeStaged(name)
    }
    expect(await staging()).toEqual([])
  })

  it('lets a reader finish a blob that is deleted meanwhile', async () => {
    const { store } = await openStore()
    const blob = await store.stage(bytes('x'.repeat(500_000)), { maxBytes: 1e6, signal })
    await blob.publish()
    const reader = await store.read(blob.sha256)
    await store.remove(blob.sha256)
    expect((await buffer(reader)).length).toBe(500_000)
    await expect(store.read(blob.sha256)).rejects.toThrow()
  })
})

describe('a blob whose bytes have changed', () => {
  const CONTENT = 'v'.repeat(200_000)

  it('14.7: is never read to its end, whole, in part or by a render, and is reported once and set aside', async () => {
    const { files, store, damages, keep, damaged } = await openStore()
    const sha256 = await keep(CONTENT)
    await flipByte(files.path(`blobs/${sha256.slice(0, 2)}/${sha256}`), 150_000)
    const read: Buffer[] = []
    const whole = await store.read(sha256, { start: 0, end: CONTENT.length - 1 })
    const reading = (async () => {
      for await (const chunk of whole) read.push(chunk as Buffer)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'blob_damaged' })
    expect(Buffer.concat(read).length).toBeLessThan(CONTENT.length)
    for (const again of [
      () => store.read(sha256),
      () => store.read(sha256, { start: 0, end: 9 }),
      () => store.localPath(sha256),
      () => store.expect(sha256, CONTENT.length),
    ]) {
      await expect(again()).rejects.toMatchObject({ code: 'blob_damaged' })
    }
    expect(damages).toEqual(['blob_damaged'])
    expect(await damaged()).toEqual([sha256])
  })

  it.each([
    [
      'a part',
      async (store: Store, sha256: Sha256) =>
        buffer(await store.read(sha256, { start: 5, end: 9 })),
    ],
    ['a path', (store: Store, sha256: Sha256) => store.localPath(sha256)],
    ['a check', (store: Store, sha256: Sha256) => store.verify(sha256)],
  ])('14.7: gives %s to nobody, though its length and times are as before', async (_what, use) => {
    const { files, store, keep } = await openStore()
    const sha256 = await keep(CONTENT)
    await use(store, sha256)
    await flipByte(files.path(`blobs/${sha256.slice(0, 2)}/${sha256}`), 150_000)
    await expect(use(store, sha256)).rejects.toMatchObject({ code: 'blob_damaged' })
  })

  it('14.7: is replaced when the right content arrives again', async () => {
    const { files, store, damages, keep, damaged } = await openStore()
    const sha256 = await keep(CONTENT)
    await flipByte(files.path(`blobs/${sha256.slice(0, 2)}/${sha256}`), 0)
    expect(await keep(CONTENT)).toBe(sha256)
    expect((await buffer(await store.read(sha256))).toString()).toBe(CONTENT)
    expect(damages).toEqual(['blob_damaged'])
    expect(await damaged()).toEqual([])
  })

  it('14.7: is kept as evidence, ten at most, and is deleted with its job', async () => {
    const { files, store, keep, damaged } = await openStore()
    const names: Sha256[] = []
    for (let index = 0; index < 12; index += 1) {
      const sha256 = await keep(`content ${index}`)
      await flipByte(files.path(`blobs/${sha256.slice(0, 2)}/${sha256}`), 0)
      await expect(store.verify(sha256)).rejects.toMatchObject({ code: 'blob_damaged' })
      names.push(sha256)
    }
    expect(await damaged()).toHaveLength(10)
    await store.remove(names.at(-1)!)
    expect(await damaged()).toHaveLength(9)
  })

  it('14.13: is reported differently from one whose file or folder is gone', async () => {
    const { files, store, keep } = await openStore()
    const sha256 = await keep(CONTENT)
    await rm(files.path(`blobs/${sha256.slice(0, 2)}/${sha256}`))
    const away = { code: 'store_unavailable' }
    await expect(store.read(sha256)).rejects.toMatchObject(away)
    await expect(store.localPath(sha256)).rejects.toMatchObject(away)
    await expect(store.expect(sha256, 1)).rejects.toMatchObject(away)
    await rm(files.path('blobs'), { recursive: true })
    await expect(store.freeBytes()).rejects.toMatchObject(away)
    await expect(store.stage(bytes('1'), { maxBytes: 5, signal })).rejects.toMatchObject(away)
  })
})

type Store = Awaited<ReturnType<typeof openStore>>['store']
