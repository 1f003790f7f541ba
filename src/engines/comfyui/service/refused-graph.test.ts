// The sentences of comfy-api-proxy in front of a ComfyUI that lacks a node: they are all that it passes on.
import { expect, it } from 'vitest'
import { AppError } from '../../../domain/errors.ts'
import { explainRefusedGraph } from './refused-graph.ts'

const GRAPH = {
  7: { class_type: 'UNETLoader', inputs: {}, _meta: { title: 'Video model' } },
  8: { class_type: 'VAELoader', inputs: {} },
}

it.each([
  ['older', 'Cannot execute because node VAELoader does not exist.', '8'],
  ['newer', "Node 'Video model' not found. The custom node may not be installed.", '7'],
  [
    'newer, without titles',
    "Node 'VAELoader' not found. The custom node may not be installed",
    '8',
  ],
])('a missing node of a ComfyUI is named: %s', (_, said, id) => {
  const meta = { said: 'invalid_workflow', status: 422 }
  const detail = `The Comfy API at http://service refused the request (invalid_workflow: ${said}).`
  expect(explainRefusedGraph(new AppError('engine_failed', detail, { meta }), GRAPH)).toMatchObject(
    {
      code: 'node_missing',
      detail: expect.stringContaining(GRAPH[id as unknown as 7 | 8].class_type),
      meta: { node: { id } },
    },
  )
})
