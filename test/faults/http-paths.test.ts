// Faults 83 to 85: paths and ids that point elsewhere. Over HTTP a file is named only inside the folders that were allowed.
import { spawnSync } from 'node:child_process'
import { copyFile, link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../support/run-infinitetalk.ts'
import { json, startTestHub, type TestHub } from '../support/test-hub.ts'

let base: string
let allowed: string
let hub: TestHub

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'infinitetalk-paths-'))
  allowed = join(base, 'allowed')
  await mkdir(join(allowed, 'inner'), { recursive: true })
  await mkdir(join(base, 'allowed-not'))
  for (const folder of [allowed, join(base, 'allowed-not'), base]) {
    await copyFile(join(ROOT, 'examples/portrait.png'), join(folder, 'portrait.png'))
    await copyFile(join(ROOT, 'examples/speech.wav'), join(folder, 'speech.wav'))
  }
  await writeFile(join(base, 'secret'), 'hunter2')
  await symlink(join(base, 'portrait.png'), join(allowed, 'link-out.png'))
  await symlink(base, join(allowed, 'folder-out'))
  await symlink('portrait.png', join(allowed, 'link-in.png'))
  await symlink('nowhere', join(allowed, 'link-to-nothing'))
  await link(join(base, 'secret'), join(allowed, 'hard-link'))
  hub = await startTestHub({
    works: false,
    env: { INFINITETALK_ALLOWED_PATH_ROOTS: allowed },
  })
})
afterAll(async () => {
  await hub.stop()
  await rm(base, { recursive: true, force: true })
})

async function submit(path: string, to = hub) {
  const body = { image_path: path, wav_path: join(allowed, 'speech.wav') }
  const response = await to.fetch('/queue', json(body))
  return { status: response.status, text: await response.text() }
}

describe('fault 83: a path', () => {
  it('inside an allowed folder is read', async () => {
    expect((await submit(join(allowed, 'portrait.png'))).status).toBe(202)
    expect((await submit(join(allowed, 'inner/../portrait.png'))).status).toBe(202)
  })

  it('is refused when no folder is allowed', async () => {
    await using closed = await startTestHub({ works: false })
    const { status, text } = await submit(join(allowed, 'portrait.png'), closed)
    expect(status).toBe(422)
    expect(JSON.parse(text)).toMatchObject({ code: 'path_forbidden' })
  })

  it.each([
    '../portrait.png',
    '/ALLOWED/../portrait.png',
    '/ALLOWED/..%2fportrait.png',
    '/ALLOWED/%2e%2e/portrait.png',
    '/ALLOWED/..\\portrait.png',
    '/ALLOWED-not/portrait.png',
    '/ALLOWED/../secret',
    '/etc/passwd',
    '~/portrait.png',
    'portrait.png',
    '/proc/self/environ',
    '/proc/self/root/etc/passwd',
    '/dev/zero',
    '/dev/stdin',
    '/ALLOWED',
    '/ALLOWED/inner',
    '/ALLOWED/none.png',
    `/ALLOWED/${'a/'.repeat(1000)}b`,
  ])('%s is refused without a word of what is there', async (path) => {
    const { status, text } = await submit(path.replace('/ALLOWED', allowed))
    expect(status).toBe(422)
    expect(JSON.parse(text).code).toMatch(/^path_/)
    expect(text).not.toMatch(/hunter2|root:/)
  })

  it('with a NUL is refused', async () => {
    expect((await submit(`${allowed}/portrait.png\0.txt`)).status).toBe(422)
  })

  it('to a pipe is refused at once', async () => {
    expect(spawnSync('mkfifo', [join(allowed, 'pipe')]).status).toBe(0)
    expect((await submit(join(allowed, 'pipe'))).status).toBe(422)
  })

  it('to a socket is refused', async () => {
    const path = join(allowed, 'socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    expect((await submit(path)).status).toBe(422)
    server.close()
  })
})

describe('fault 84: a link', () => {
  it('that stays inside is followed', async () => {
    expect((await submit(join(allowed, 'link-in.png'))).status).toBe(202)
  })

  it.each(['link-out.png', 'folder-out/portrait.png', 'folder-out/secret', 'link-to-nothing'])(
    '%s is refused',
    async (name) => {
      const { status, text } = await submit(join(allowed, name))
      expect(status).toBe(422)
      expect(JSON.parse(text).code).toMatch(/^path_/)
    },
  )
})

describe('fault 85: an id', () => {
  const ids = [
    '../../x',
    '..%2f..%2fx',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'job_../../../x',
    'file_..%2f..%2fx',
    'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11%00',
    'a'.repeat(199),
    'a'.repeat(5000),
    '%ff',
    '%',
    '*',
    ':id',
  ]

  it.each(ids.map((id) => [id.slice(0, 40), id]))('%s names nothing', async (_shown, id) => {
    for (const path of [
      `/v1/jobs/${id}`,
      `/v1/jobs/${id}/video`,
      `/queue/${id}`,
      `/v1/files/${id}`,
    ]) {
      const response = await hub.fetch(path)
      expect([400, 404]).toContain(response.status)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
    }
    for (const path of [`/v1/jobs/${id}`, `/v1/files/${id}`]) {
      expect([204, 400, 404]).toContain((await hub.fetch(path, { method: 'DELETE' })).status)
    }
  })

  it('of a file in a request that is no id is refused', async () => {
    const source = { file_id: 'file_../../x' }
    const response = await hub.fetch('/v1/jobs', json({ image: source, audio: source }))
    expect(response.status).toBe(422)
  })
})
