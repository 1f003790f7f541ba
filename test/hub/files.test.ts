// Uploads, and inputs by path.
import { execFileSync } from 'node:child_process'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { BODY, createHubBench, SUBMIT } from '../support/hub-bench.ts'
import { createTestFolder } from '../support/test-folder.ts'

const CALLER = SUBMIT.caller

async function* bytes(...chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

const write = (...chunks: readonly string[]) => ({
  content: bytes(...chunks),
  contentType: 'image/png',
  expectedSha256: null,
  signal: SUBMIT.signal,
})

describe('an uploaded file', () => {
  it('is made, written once, and told by hash and size', async () => {
    const { hub } = await createHubBench({ works: false })
    const file = await hub.files.create({ filename: '../../x' }, CALLER)
    expect((await hub.files.get(file.id)).content).toBeNull()
    const body = { ...BODY, image: { file_id: file.id } }
    await expect(hub.jobs.submit(body, SUBMIT)).rejects.toMatchObject({
      code: 'file_not_ready',
      pointer: '/image',
    })
    const written = await hub.files.write(file.id, write('ab', 'c'))
    expect(written.content).toMatchObject({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    })
    await expect(hub.files.write(file.id, write('d'))).rejects.toMatchObject({
      code: 'file_already_written',
    })
  })

  it('is refused when it is empty, too large, or not what its digest says; and can be sent again then', async () => {
    const { hub, stores } = await createHubBench({ works: false, limits: { uploadMaxBytes: 4 } })
    await expect(hub.files.create({ bytes: 5 }, CALLER)).rejects.toMatchObject({
      code: 'input_too_large',
    })
    const file = await hub.files.create({}, CALLER)
    const refusals = [
      [write(), 'input_empty'],
      [write('ab', 'cde'), 'input_too_large'],
      [{ ...write('ab'), expectedSha256: '0'.repeat(64) }, 'digest_mismatch'],
    ] as const
    for (const [options, code] of refusals) {
      await expect(hub.files.write(file.id, options)).rejects.toMatchObject({ code })
    }
    expect(await stores.unitOfWork.read((tx) => stores.references.unused(tx, 9))).toEqual([])
    expect((await hub.files.write(file.id, write('ab'))).content?.bytes).toBe(2)
  })

  it.each(['file_x', '../../x', ''])('fault 85: is not found by the id %j', async (id) => {
    const { hub } = await createHubBench({ works: false })
    for (const answer of [
      hub.files.get(id),
      hub.files.delete(id),
      hub.files.write(id, write('a')),
    ]) {
      await expect(answer).rejects.toMatchObject({ code: 'file_not_found' })
    }
  })
})

describe('an input by path', () => {
  const setUp = async () => {
    const files = await createTestFolder()
    await mkdir(files.path('root/inner'), { recursive: true })
    await writeFile(files.path('root/inner/a.png'), 'inside')
    await writeFile(files.path('secret'), 'outside')
    const bench = await createHubBench({ works: false, allowedPathRoots: [files.path('root')] })
    const submit = (path: string) => bench.submit({ ...BODY, image: { path } })
    return { files, submit }
  }

  it('is taken from an allowed folder', async () => {
    const { files, submit } = await setUp()
    const { job } = await submit(files.path('root/inner/../inner/a.png'))
    expect(job.input.visual).toMatchObject({ kind: 'blob', bytes: 6, from: 'path' })
  })

  it('fault 83: is refused outside it, in whatever spelling, and when it is no regular file', async () => {
    const { files, submit } = await setUp()
    execFileSync('mkfifo', [files.path('root/fifo')])
    const refused = {
      [files.path('secret')]: 'path_forbidden',
      [files.path('root/../secret')]: 'path_forbidden',
      [files.path('root')]: 'path_forbidden',
      [files.path('no-such-root/x')]: 'path_forbidden',
      '../secret': 'path_forbidden',
      '~/secret': 'path_forbidden',
      '/proc/self/environ': 'path_forbidden',
      '/dev/zero': 'path_forbidden',
      '..\\secret': 'path_forbidden',
      [files.path('root/..%2fsecret')]: 'path_not_found',
      [files.path('root/%2e%2e/secret')]: 'path_not_found',
      [files.path('root/nothing')]: 'path_not_found',
      [files.path('root/inner')]: 'path_unreadable',
      [files.path('root/fifo')]: 'path_unreadable',
    }
    for (const [path, code] of Object.entries(refused)) {
      await expect(submit(path), path).rejects.toMatchObject({ code, pointer: '/image' })
    }
    await expect(submit('/a\0b')).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('fault 84: is refused when a link leads outside, and follows a hard link as any file', async () => {
    const { files, submit } = await setUp()
    await symlink(files.path('secret'), files.path('root/link'))
    await symlink(files.path('.'), files.path('root/folder'))
    await expect(submit(files.path('root/link'))).rejects.toMatchObject({ code: 'path_forbidden' })
    await expect(submit(files.path('root/folder/secret'))).rejects.toMatchObject({
      code: 'path_forbidden',
    })
    await symlink(files.path('root/inner/a.png'), files.path('root/good'))
    expect((await submit(files.path('root/good'))).job.status).toBe('queued')
    await link(files.path('secret'), files.path('root/hard'))
    expect((await submit(files.path('root/hard'))).job.status).toBe('queued')
  })

  it('is refused without any allowed folder', async () => {
    const { submit } = await createHubBench({ works: false })
    await expect(submit({ ...BODY, image: { path: '/etc/passwd' } })).rejects.toMatchObject({
      code: 'path_forbidden',
    })
  })
})

describe('an input by URL', () => {
  it('is refused at once when it may never be opened', async () => {
    const { submit } = await createHubBench({ works: false })
    const body = { ...BODY, audio: { url: 'http://127.0.0.1/a.wav' } }
    await expect(submit(body)).rejects.toMatchObject({
      code: 'url_forbidden_address',
      pointer: '/audio',
    })
  })
})
