// `infinitetalk login` and `logout`: the key is kept for its owner only, used by later commands and sent to its own hub only.
import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox, type Sandbox } from '../support/run-infinitetalk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const KEY = '0123456789abcdef'

describe('a login', () => {
  let hub: TestHub
  let sandbox: Sandbox
  let file: string
  let env: Record<string, string>

  beforeAll(async () => {
    hub = await startTestHub({ env: { INFINITETALK_API_KEYS: `me:${KEY}` } })
    sandbox = await createSandbox()
    const settings = await mkdtemp(join(tmpdir(), 'infinitetalk-login-'))
    env = { XDG_CONFIG_HOME: settings }
    file = join(settings, 'infinitetalk/login.json')
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
    await hub.stop()
  })

  const run = (words: readonly string[], input = '') =>
    sandbox.run([...words, '--json'], { env, input: Buffer.from(input) })
  const codeOf = (result: Awaited<ReturnType<typeof run>>): unknown => result.events().at(-1)?.code

  it('is not kept with a wrong key', async () => {
    expect(codeOf(await run(['login', '--url', hub.url], 'wrong-key'))).toBe('unauthenticated')
    expect(codeOf(await run(['login', '--url', hub.url], ''))).toBe('usage')
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is kept with mode 0600, shown nowhere, and used by the commands that call a hub', async () => {
    const result = await run(['login', '--url', hub.url], `${KEY}\n`)
    expect(result.code).toBe(0)
    expect(result.stdout + result.stderr).not.toContain(KEY)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ url: hub.url, token: KEY })
    expect((await run(['list'])).code).toBe(0)
  })

  it('is not sent to another hub', async () => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(401).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await run(['list', '--url', `http://127.0.0.1:${port}`])
    server.close()
    expect(seen).toEqual([undefined])
  })

  it('is refused when others can read it', async () => {
    await chmod(file, 0o644)
    expect(codeOf(await run(['list']))).toBe('config_invalid')
    await chmod(file, 0o600)
  })

  it('ends with logout, also when its file is damaged', async () => {
    await writeFile(file, 'damaged')
    expect(codeOf(await run(['list']))).toBe('config_invalid')
    expect((await run(['logout'])).events().at(-1)).toMatchObject({ logged_out: true })
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await run(['logout'])).events().at(-1)).toMatchObject({ logged_out: false })
  })
})
