// The tools for agents, held to the client of the protocol's own SDK: over HTTP with the keys of the hub, in both eras of the
// protocol, and over standard input and output.
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import { createHeldRenderer } from '../support/held-renderer.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { createTestFolder } from '../support/test-folder.ts'
import {
  json,
  startTestHub,
  type TestHub,
  type TestHubOptions,
  tinyRequest,
} from '../support/test-hub.ts'

const TOOLS = [
  'cancel_job',
  'create_lipsync_video',
  'estimate_video',
  'get_job',
  'list_faces',
  'list_jobs',
  'wait_for_job',
]
const ADMIN = '0123456789abcdef'

interface ToolResult {
  readonly isError?: boolean
  readonly content: readonly {
    readonly type: string
    readonly text?: string
    readonly uri?: string
  }[]
  readonly structuredContent?: Record<string, unknown>
}

type Era = 'legacy' | 'auto'

async function connect(url: string, key: string | null, era: Era = 'auto'): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: era } },
  )
  const headers = key === null ? {} : { authorization: `Bearer ${key}` }
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers },
  })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return client
}

const call = async (client: Client, name: string, args: object = {}): Promise<ToolResult> =>
  (await client.callTool({ name, arguments: { ...args } })) as ToolResult

const idOf = ({ structuredContent }: ToolResult): string => String(structuredContent?.job_id)
const codeOf = ({ isError, content }: ToolResult): string =>
  isError ? String(content[0]?.text?.split(':', 1)[0]) : 'no error'

async function uploaded(hub: TestHub, key: string | null, name: string): Promise<string> {
  const request = (await tinyRequest()) as Record<string, { base64: string }>
  const headers = key === null ? {} : { authorization: `Bearer ${key}` }
  const created = await hub.fetch('/v1/files', json({}, headers))
  const { id } = (await created.json()) as { id: string }
  const body = Buffer.from(request[name]!.base64, 'base64')
  await hub.fetch(`/v1/files/${id}/content`, { method: 'PUT', body, headers })
  return id
}

async function openHub(options: TestHubOptions = {}): Promise<TestHub> {
  const hub = await startTestHub(options)
  onTestFinished(() => hub.stop())
  return hub
}

const URLS = {
  image: { url: 'https://example.com/a.png' },
  audio: { url: 'https://example.com/a.wav' },
}

describe('the tools over HTTP', () => {
  it.each(['legacy', 'auto'] as const)(
    'take a video from its request to its link (%s)',
    async (era) => {
      const hub = await openHub()
      const client = await connect(hub.url, null, era)
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name).toSorted()).toEqual(TOOLS)
      expect(client.getInstructions()).toContain('wait_for_job')
      expect(client.getProtocolEra()).toBe(era === 'auto' ? 'modern' : 'legacy')

      const image = { file_id: await uploaded(hub, null, 'image') }
      const audio = { file_id: await uploaded(hub, null, 'audio') }
      const estimate = await call(client, 'estimate_video', { image, audio })
      expect(estimate.structuredContent).toMatchObject({ object: 'estimate', engine: 'noop' })

      const created = await call(client, 'create_lipsync_video', {
        ...{ image, audio, seed: 7, options: { face: 0 } },
      })
      const ended = await call(client, 'wait_for_job', { job_id: idOf(created) })
      expect(ended.structuredContent).toMatchObject({ status: 'succeeded' })
      const [, link] = ended.content
      expect(link).toMatchObject({ type: 'resource_link', mimeType: 'video/mp4' })
      expect((await fetch(link!.uri!)).headers.get('content-type')).toBe('video/mp4')

      const listed = await call(client, 'list_jobs', { status: 'succeeded', limit: 1 })
      expect(listed.structuredContent?.jobs).toEqual([ended.structuredContent])
      expect(codeOf(await call(client, 'cancel_job', { job_id: idOf(created) }))).toBe(
        'job_finished',
      )
      // An answer fits into the context of an agent: facts and links, never bytes.
      for (const result of [estimate, created, ended, listed]) {
        expect(JSON.stringify(result).length).toBeLessThan(4000)
      }
    },
  )

  it('say that a job still runs, and cancel it', async () => {
    const hub = await openHub({ renderer: createHeldRenderer() })
    const client = await connect(hub.url, null)
    const id = idOf(await call(client, 'create_lipsync_video', URLS))
    await vi.waitUntil(
      async () => {
        const job = await call(client, 'get_job', { job_id: id })
        return job.structuredContent?.status === 'running'
      },
      { timeout: 60_000 },
    )
    const waited = await call(client, 'wait_for_job', { job_id: id, seconds: 1 })
    expect(waited.structuredContent?.status).toBe('running')
    await call(client, 'cancel_job', { job_id: id })
    const ended = await call(client, 'wait_for_job', { job_id: id })
    expect(ended.structuredContent?.status).toBe('canceled')
  })

  it('report a wrong request by the codes of the API', async () => {
    const hub = await openHub()
    const client = await connect(hub.url, null)
    const create = (args: object) => call(client, 'create_lipsync_video', args)
    expect(codeOf(await create({ audio: URLS.audio }))).toBe('input_missing')
    expect(codeOf(await create({ ...URLS, options: { stepz: 4 } }))).toBe('unknown_field')
    const id = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
    expect(codeOf(await call(client, 'get_job', { job_id: id }))).toBe('job_not_found')
    // Files of the hub's machine are none of the agent's business.
    expect((await create({ ...URLS, image: { path: '/etc/passwd' } })).isError).toBe(true)
  })

  it('obey the keys: own jobs only, and only what the scopes allow', async () => {
    const hub = await openHub({ env: { INFINITETALK_API_KEYS: `admin:${ADMIN}` } })
    const env = { INFINITETALK_DATA_DIR: hub.dataDir, INFINITETALK_API_KEYS: `admin:${ADMIN}` }
    await using keys = await openKeyTools(loadConfig({ env }))
    const one = await keys.create({ name: 'one', isAdmin: false })
    const other = await keys.create({ name: 'other', isAdmin: false })
    const reader = await keys.create({
      name: 'reader',
      isAdmin: false,
      rules: { scopes: ['read'] },
    })
    await vi.waitUntil(async () => (await fetch(`${hub.url}/v1/limits`, bearer(reader))).ok, {
      timeout: 60_000,
    })
    const [ones, others, readers] = [
      await connect(hub.url, one),
      await connect(hub.url, other),
      await connect(hub.url, reader),
    ]
    const id = idOf(await call(ones, 'create_lipsync_video', URLS))
    for (const tool of ['get_job', 'wait_for_job', 'cancel_job']) {
      expect(codeOf(await call(others, tool, { job_id: id })), tool).toBe('job_not_found')
    }
    expect((await call(others, 'list_jobs')).structuredContent?.jobs).toEqual([])
    expect((await call(readers, 'list_jobs')).structuredContent?.jobs).toEqual([])
    expect(codeOf(await call(readers, 'create_lipsync_video', URLS))).toBe('scope_missing')
    await expect(connect(hub.url, 'wrong-key-wrong-key')).rejects.toThrow()
    await expect(connect(hub.url, null)).rejects.toThrow()
    expect(JSON.stringify(hub.events)).not.toContain(one)
    // Each change is in the audit log under its own name, and no reading is.
    const audited = hub.events.flatMap((event) => (event.type === 'audit' ? [event.action] : []))
    expect(audited.filter((action) => !action.startsWith('keys.'))).toEqual(['createJob'])
  })

  it('refuse pages of other sites and names that are not the hub’s', async () => {
    const hub = await openHub()
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    const page = await hub.fetch('/mcp', json(body, { origin: 'https://evil.example' }))
    expect([page.status, ((await page.json()) as { code: string }).code]).toEqual([
      403,
      'origin_forbidden',
    ])
    const get = await hub.fetch('/mcp')
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    const text = await (await hub.fetch('/llms.txt')).text()
    expect(text).toContain(`${hub.url}/mcp`)
  })
})

function bearer(key: string): RequestInit {
  return { headers: { authorization: `Bearer ${key}` } }
}

describe('infinitetalk mcp', () => {
  it('serves the tools on standard input and output, and sends files of its folders only', async () => {
    const hub = await openHub()
    const folder = await createTestFolder()
    await copyFile(join(ROOT, 'examples/portrait.png'), folder.path('portrait.png'))
    await copyFile(join(ROOT, 'examples/speech.wav'), folder.path('speech.wav'))
    const client = new Client({ name: 'test', version: '1.0.0' })
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [join(ROOT, 'bin/infinitetalk.js'), 'mcp', '--url', hub.url],
      cwd: folder.path('.'),
      env: { PATH: process.env.PATH ?? '', XDG_CONFIG_HOME: folder.path('.') },
    })
    await client.connect(transport)
    onTestFinished(() => client.close())
    expect((await client.listTools()).tools.map(({ name }) => name).toSorted()).toEqual(TOOLS)
    const image = { path: 'portrait.png' }
    const faces = await call(client, 'list_faces', { image })
    expect(faces.structuredContent?.data).toHaveLength(1)
    const audio = { path: folder.path('speech.wav') }
    const created = await call(client, 'create_lipsync_video', { image, audio })
    const ended = await call(client, 'wait_for_job', { job_id: idOf(created) })
    expect(ended.structuredContent?.status).toBe('succeeded')
    const outside = { image: { path: join(ROOT, 'examples/portrait.png') }, audio }
    expect(codeOf(await call(client, 'create_lipsync_video', outside))).toBe('path_forbidden')
    expect(codeOf(await call(client, 'list_faces', { image: { path: 'no.png' } }))).toBe(
      'path_not_found',
    )
  })
})
