// The pages for single clients: their examples are run as they are written, against a real hub with the noop engine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from './comfyui/standin/free-port.ts'
import { describeWithMaker, makersProgram } from './support/makers.ts'
import { pythonWith } from './support/requires.ts'
import { ROOT } from './support/run-infinitetalk.ts'
import { createTestFolder, type TestFolder } from './support/test-folder.ts'
import { startTestHub, type TestHub } from './support/test-hub.ts'
import { SECRET } from './support/webhook-receiver.ts'

const USUAL_URL = 'http://127.0.0.1:8787'

async function exampleOf(page: string, language: string): Promise<string> {
  const text = await readFile(join(ROOT, 'docs/guide', page), 'utf8')
  const [, script] =
    new RegExp(`^\`\`\`${language} run\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text) ?? []
  if (script === undefined) throw new Error(`${page} has no example in ${language}`)
  return script
}

async function openHub(env: Readonly<Record<string, string>> = {}): Promise<TestHub> {
  const hub = await startTestHub({ env })
  onTestFinished(() => hub.stop())
  return hub
}

/** A folder with what the examples name. */
async function exampleFolder(): Promise<TestFolder> {
  const folder = await createTestFolder()
  await cp(join(ROOT, 'examples'), folder.path('examples'), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), folder.path('node_modules'))
  return folder
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  { script, env = {} }: { script: string; env?: Readonly<Record<string, string>> },
) {
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH, ...env } })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  child.stdin.end(script)
  const [code] = await once(child, 'close')
  return { code, said }
}

async function expectVideo(folder: TestFolder): Promise<void> {
  expect((await readFile(folder.path('talking.mp4'))).toString('latin1', 4, 8)).toBe('ftyp')
}

const AS_MODULE = { js: '--input-type=module', ts: '--input-type=module-typescript' } as const

/** Runs an example for Node as it is written, but for the addresses. */
async function runForNode(page: string, language: 'js' | 'ts', hub: TestHub, port = 9000) {
  const folder = await exampleFolder()
  const written = await exampleOf(page, language)
  const script = written.replaceAll(USUAL_URL, hub.url).replaceAll('9000', String(port))
  const env = { INFINITETALK_WEBHOOK_SECRETS: SECRET }
  const words = [AS_MODULE[language], '-']
  const { code, said } = await run(process.execPath, words, folder.path('.'), { script, env })
  expect(code, said).toBe(0)
  return { folder, said }
}

describe('the example of the page', () => {
  const python = pythonWith('requests')
  it.skipIf(python === null && process.env.INFINITETALK_TEST_ALL !== '1')(
    'for Python makes a video',
    async () => {
      const hub = await openHub()
      const folder = await exampleFolder()
      const script = (await exampleOf('python.md', 'python')).replace(USUAL_URL, hub.url)
      const { code, said } = await run(python ?? 'python3', ['-'], folder.path('.'), { script })
      expect(code, said).toBe(0)
      await expectVideo(folder)
    },
  )

  it.each(['runpod-clients.md', 'beam-clients.md'])('%s for Node makes a video', async (page) => {
    const { folder } = await runForNode(page, 'js', await openHub())
    await expectVideo(folder)
  })

  it('for agents makes a video', async () => {
    const { said } = await runForNode('mcp.md', 'js', await openHub())
    expect(said).toContain('resource_link')
  })

  it('for batches makes an archive', async () => {
    const { folder } = await runForNode('batches.md', 'ts', await openHub())
    expect((await readFile(folder.path('videos.zip'))).toString('latin1', 0, 2)).toBe('PK')
  })

  it('for webhooks receives the event', async () => {
    const port = await freePort()
    const hub = await openHub({
      INFINITETALK_WEBHOOK_SECRETS: SECRET,
      INFINITETALK_FETCH_ALLOW_CIDRS: '127.0.0.1/32',
      INFINITETALK_FETCH_EXTRA_PORTS: String(port),
    })
    const { said } = await runForNode('webhooks.md', 'ts', hub, port)
    expect(said).toMatch(/^msg_\S+ job\.succeeded http/m)
  })

  it('for uploads that resume sends a file', async () => {
    const { said } = await runForNode('http-api.md', 'js', await openHub())
    expect(said).toMatch(/^file_[0-9a-f-]{36}$/m)
  })
})

describeWithMaker('runpod', 'python', 'the example of the page for clients of RunPod', () => {
  it('for Python makes a video', async () => {
    const hub = await openHub()
    const folder = await exampleFolder()
    const script = (await exampleOf('runpod-clients.md', 'python')).replace(USUAL_URL, hub.url)
    const python = makersProgram('runpod', 'python')
    const { code, said } = await run(python, ['-'], folder.path('.'), { script })
    expect(code, said).toBe(0)
    await expectVideo(folder)
  })
})

interface N8nNode {
  readonly name: string
  readonly type: string
  readonly parameters: {
    readonly method?: string
    readonly url?: string
    readonly jsonBody?: string
  }
}

it('the workflow for n8n sends requests that the hub answers', async () => {
  const hub = await openHub()
  const { nodes } = JSON.parse(await readFile(join(ROOT, 'examples/n8n.json'), 'utf8')) as {
    nodes: readonly N8nNode[]
  }
  const requests = nodes.filter(({ type }) => type === 'n8n-nodes-base.httpRequest')
  expect(requests.map(({ name }) => name)).toEqual(['Submit', 'Wait', 'Download'])
  let json: Record<string, unknown> = {}
  for (const { name, parameters } of requests) {
    const { method = 'GET', jsonBody } = parameters
    const url = expressionIn(parameters.url!, json).replace(USUAL_URL, hub.url)
    // A voice by URL, because the words of the example need a speech program.
    const body = jsonBody?.replace(/"text": "[^"]*"/, '"url": "https://example.com/speech.wav"')
    const headers = { 'content-type': 'application/json' }
    do {
      const answer = await fetch(url, { method, ...(body === undefined ? {} : { body, headers }) })
      expect(answer.ok, name).toBe(true)
      if (name === 'Download') {
        expect(answer.headers.get('content-type')).toBe('video/mp4')
        return
      }
      json = (await answer.json()) as Record<string, unknown>
    } while (name === 'Wait' && json.finished_at === null)
  }
})

/** `={{ $json.urls.self }}?wait=25` with the answer of the previous node. */
function expressionIn(text: string, json: Record<string, unknown>): string {
  if (!text.startsWith('=')) return text
  return text
    .slice(1)
    .replace(/\{\{ \$json\.([\w.]+) \}\}/, (_, path: string) =>
      String(path.split('.').reduce<unknown>((at, name) => (at as never)[name], json)),
    )
}
