// The promises of the ComfyUI engine, held by a real server: COMFYUI_URL says where it is, COMFYUI_HEADERS what opens its
// door, COMFYUI_TEST_SIDE how large the videos are, COMFYUI_FRAMES_DIR a folder that it shares. A graph without models runs on any
// ComfyUI with VideoHelperSuite; our workflows run where their nodes and models are there, and else say what is missing.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/load-config.ts'
import { createComfyApi } from '../../../src/engines/comfyui/comfy-server.ts'
import { builtInWorkflows, loadTemplates } from '../../../src/engines/comfyui/load-templates.ts'
import { Preflight } from '../../../src/engines/comfyui/preflight.ts'
import { composeBackend } from '../../../src/main/compose-comfyui.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { json, startTestHub, tinyRequest } from '../../support/test-hub.ts'
import { everyCell, renderSuite, WINDOW_WORKFLOW, WORKFLOW_NAMES } from '../render-suite.ts'
import { resumeSuite } from '../resume-suite.ts'

const url = process.env.COMFYUI_URL ?? ''
const headers = process.env.COMFYUI_HEADERS ?? ''
const framesFolder = process.env.COMFYUI_FRAMES_DIR ?? ''
const side = Number(process.env.COMFYUI_TEST_SIDE ?? 128)
const TIMEOUT_MS = 3_600_000
const EXAMPLE_WORKFLOWS = join(ROOT, 'examples/workflows')
const OWN_WORKFLOWS = { INFINITETALK_WORKFLOWS_DIR: EXAMPLE_WORKFLOWS }
const signal = AbortSignal.timeout(TIMEOUT_MS)

if (url === '') throw new Error('Set COMFYUI_URL to the address of a ComfyUI.')

const env = { COMFYUI_URL: url, ...(headers === '' ? {} : { COMFYUI_HEADERS: headers }) }
const backend = await composeBackend({ config: loadConfig({ env }), env: {} })
const api = await backend!.ready(signal)
const { templates } = await loadTemplates([builtInWorkflows(), EXAMPLE_WORKFLOWS])
const obstacles = await findObstacles()
const runnable = WORKFLOW_NAMES.filter((name) => obstacles.get(name) === null)
const server = {
  open: async () => ({ url }),
  ...(headers === '' ? {} : { headers }),
  side,
  timeoutMs: TIMEOUT_MS,
}

/** Why each workflow cannot run there; null when it can. */
async function findObstacles(): Promise<ReadonlyMap<string, string | null>> {
  const preflight = new Preflight()
  const found = new Map<string, string | null>()
  for (const { name, graph } of templates) {
    const problems = await preflight.findProblems(api, graph, signal)
    const errors = problems.filter(({ severity }) => severity === 'error')
    found.set(name, errors.length === 0 ? null : errors.map(({ sentence }) => sentence).join(' '))
  }
  return found
}

describe(`ComfyUI at ${api.address.url}`, () => {
  describe('with a graph that needs no model', () => {
    const obstacle = obstacles.get('still') ?? null
    if (obstacle !== null) {
      it.skip(`cannot run it: ${obstacle}`, () => {})
      return
    }
    renderSuite({ ...server, env: OWN_WORKFLOWS }, everyCell(['still']))
    cancelSuite()
  })

  describe('with our workflows', () => {
    renderSuite(server, everyCell(runnable))
    for (const name of WORKFLOW_NAMES) {
      const obstacle = obstacles.get(name)
      if (obstacle) it.skip(`${name} cannot run: ${obstacle}`, () => {})
    }
  })

  describe('with a folder that it shares', () => {
    if (framesFolder === '') {
      it.skip('set COMFYUI_FRAMES_DIR to a folder that it sees under the same path', () => {})
      return
    }
    renderSuite({ ...server, env: { COMFYUI_FRAMES_DIR: framesFolder } }, everyCell(runnable))
  })

  describe('window by window', () => {
    const obstacle = obstacles.get(WINDOW_WORKFLOW) ?? null
    if (obstacle !== null) {
      it.skip(`${WINDOW_WORKFLOW} cannot run: ${obstacle}`, () => {})
      return
    }
    renderSuite(server, everyCell([WINDOW_WORKFLOW]))
    resumeSuite(server)
  })
})

/** After a cancellation at any moment the server has nothing of ours in its queue. */
function cancelSuite(): void {
  it('ends what is canceled, and leaves nothing in the queue', async () => {
    await using hub = await startTestHub({
      env: { ...env, ...OWN_WORKFLOWS, INFINITETALK_ENGINE: 'comfyui' },
    })
    const body = { ...(await tinyRequest()), workflow: 'still', width: side, height: side }
    const accepted = (await (await hub.fetch('/v1/jobs', json(body))).json()) as { id: string }
    await hub.fetch(`/v1/jobs/${accepted.id}/cancel`, { method: 'POST' })
    const job = await hub.ended(accepted.id)
    expect(['canceled', 'succeeded']).toContain(job.status)
    const { running, pending } = await createComfyApi(api.address).queue(signal)
    const prefix = 'infinitetalk-'
    const ours = [...running, ...pending].filter(({ graph }) =>
      JSON.stringify(graph).includes(prefix),
    )
    expect(ours).toEqual([])
  })
}
