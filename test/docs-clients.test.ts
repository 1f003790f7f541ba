// The pages for single clients: their examples are run as they are written, against a real hub with the noop engine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pythonWith } from './support/requires.ts'
import { ROOT } from './support/run-infinitetalk.ts'
import { createTestFolder } from './support/test-folder.ts'
import { startTestHub, type TestHub } from './support/test-hub.ts'

const USUAL_URL = 'http://127.0.0.1:8787'

async function exampleOf(page: string, language: string): Promise<string> {
  const text = await readFile(join(ROOT, 'docs/guide', page), 'utf8')
  const [, script] =
    new RegExp(`^\`\`\`${language} run\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text) ?? []
  if (script === undefined) throw new Error(`${page} has no example in ${language}`)
  return script
}

async function openHub(): Promise<TestHub> {
  const hub = await startTestHub()
  onTestFinished(() => hub.stop())
  return hub
}

async function run(program: string, args: readonly string[], cwd: string, script: string) {
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH } })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  child.stdin.end(script)
  const [code] = await once(child, 'close')
  return { code, said }
}

describe('the example of the page', () => {
  const python = pythonWith('requests')
  it.skipIf(python === null && process.env.INFINITETALK_TEST_ALL !== '1')(
    'for Python makes a video',
    async () => {
      const hub = await openHub()
      const folder = await createTestFolder()
      await cp(join(ROOT, 'examples'), folder.path('examples'), { recursive: true })
      const script = (await exampleOf('python.md', 'python')).replace(USUAL_URL, hub.url)
      const { code, said } = await run(python ?? 'python3', ['-'], folder.path('.'), script)
      expect(code, said).toBe(0)
      expect((await readFile(folder.path('talking.mp4'))).toString('latin1', 4, 8)).toBe('ftyp')
    },
  )

  it('for agents makes a video', async () => {
    const hub = await openHub()
    const script = (await exampleOf('mcp.md', 'js')).replace(USUAL_URL, hub.url)
    const { code, said } = await run(process.execPath, ['--input-type=module', '-'], ROOT, script)
    expect(code, said).toBe(0)
    expect(said).toContain('resource_link')
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
