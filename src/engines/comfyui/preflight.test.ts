import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AppError } from '../../domain/errors.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { ComfyApi } from './comfy-api.ts'
import { createComfyApi } from './comfy-server.ts'
import { builtInWorkflows, loadTemplates } from './load-templates.ts'
import { Preflight } from './preflight.ts'

const never = new AbortController().signal
const fixtures = join(import.meta.dirname, '../../../test/fixtures/comfyui')

type Description = { input: { required: Record<string, unknown[]> } }

/** A server that says of its classes what a real one said. */
async function serve(version = '0.28.0') {
  const text = readFileSync(join(fixtures, `v${version}`, 'object_info.json'), 'utf8')
  const classes = JSON.parse(text) as Record<string, Description>
  const asked: string[] = []
  const broken = new Set<string>()
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url?.replace(/^\/object_info\/?/, '') ?? '')
    asked.push(name)
    response.setHeader('content-type', 'application/json')
    if (broken.has(name)) {
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end('500 Internal Server Error\n\nServer got itself in trouble')
    } else if (name === '') {
      response.end(JSON.stringify(classes))
    } else {
      response.end(JSON.stringify(name in classes ? { [name]: classes[name] } : {}))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const connect = (): ComfyApi => {
    const { port } = server.address() as AddressInfo
    return createComfyApi({ url: `http://127.0.0.1:${port}`, headers: {}, title: 'ComfyUI' })
  }
  return { classes, asked, broken, connect }
}

async function graphOf(name: string): Promise<Graph> {
  const { templates } = await loadTemplates([builtInWorkflows()])
  return templates.find((template) => template.name === name)?.graph ?? expect.fail(name)
}

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  return work.then(
    () => expect.fail('was not refused'),
    (error: AppError) => error,
  )
}

describe('the check before a render', () => {
  it.each(['0.3.64', '0.28.0'])('lets all our graphs pass on ComfyUI %s', async (version) => {
    const api = (await serve(version)).connect()
    const preflight = new Preflight()
    for (const name of ['I2V_single', 'I2V_multi', 'V2V_single', 'V2V_multi']) {
      expect(await preflight.checkWorkflow(api, name, await graphOf(name), never)).toEqual([])
    }
  })

  it('asks a server once for each class, and another one again', async () => {
    const { asked, connect } = await serve()
    const [preflight, api, graph] = [new Preflight(), connect(), await graphOf('I2V_single')]
    for (let time = 0; time < 3; time += 1) {
      await preflight.checkWorkflow(api, 'I2V_single', graph, never)
    }
    const classes = new Set(Object.values(graph).map(({ class_type }) => class_type))
    expect(new Set(asked)).toEqual(classes)
    expect(asked).toHaveLength(classes.size)
    await preflight.checkWorkflow(connect(), 'I2V_single', graph, never)
    expect(asked).toHaveLength(classes.size * 2)
  })

  it('names a missing class with its pack, and the node for the job', async () => {
    const { classes, connect } = await serve()
    delete classes.WanVideoSampler
    const graph = await graphOf('I2V_single')
    const error = await refusalOf(
      new Preflight().checkWorkflow(connect(), 'I2V_single', graph, never),
    )
    expect(error.code).toBe('node_missing')
    expect(error.detail).toMatch(/node 128 \(WanVideoSampler.*ComfyUI-WanVideoWrapper/i)
    expect(error.meta.node).toEqual({ id: '128', type: 'WanVideoSampler' })
  })

  it('looks once more before it refuses: a model may have been added since', async () => {
    const { classes, connect } = await serve()
    const [preflight, api, graph] = [new Preflight(), connect(), await graphOf('I2V_single')]
    const loader = classes.WanVideoVAELoader ?? expect.fail('not recorded')
    const files = loader.input.required.model_name?.[0]
    loader.input.required.model_name = [[]]
    const error = await refusalOf(preflight.checkWorkflow(api, 'I2V_single', graph, never))
    expect(error.code).toBe('model_missing')
    loader.input.required.model_name = [files]
    expect(await preflight.checkWorkflow(api, 'I2V_single', graph, never)).toEqual([])
  })

  it('does not take a class that cannot describe itself for a broken server', async () => {
    const { classes, broken, connect } = await serve()
    delete classes.WanVideoSampler
    broken.add('WanVideoSampler')
    const graph = await graphOf('I2V_single')
    const check = new Preflight().checkWorkflow(connect(), 'I2V_single', graph, never)
    expect((await refusalOf(check)).code).toBe('node_missing')
  })

  it('tells a ComfyUI without any of the classes from something that is not ComfyUI', async () => {
    const { classes, connect } = await serve()
    const graph: Graph = { 1: { class_type: 'Unheard', inputs: {} } }
    const check = () => refusalOf(new Preflight().checkWorkflow(connect(), 'own', graph, never))
    expect((await check()).code).toBe('node_missing')
    for (const name of Object.keys(classes)) delete classes[name]
    expect((await check()).code).toBe('engine_unreachable')
  })
})
