// POST /prompt: numbers, names, validates and queues the prompt. Ids need not be unique in ComfyUI: a repeated one is run again.
import { randomUUID } from 'node:crypto'
import type { Graph } from './graph.ts'
import type { Life } from './life.ts'
import type { Setup } from './setup.ts'
import { failure, type PromptError, validatePrompt } from './validate-prompt.ts'

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** @throws where the real server answers 500 */
export function postPrompt(
  json: Readonly<Record<string, unknown>>,
  setup: Setup,
  life: Life,
): Reply {
  const number = chooseNumber(json, life)
  if (!('prompt' in json))
    return refusal(failure('no_prompt', 'No prompt provided', 'No prompt provided'))
  const id = chooseId(json, setup.traits.checksPromptId)
  if (id === null) {
    const details =
      'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one'
    return refusal(failure('invalid_prompt_id', 'prompt_id must be a valid UUID', details))
  }
  const graph = readGraph(json.prompt, setup.traits.takesListAsGraph)
  const targets = json.partial_execution_targets
  const validation = validatePrompt(graph, setup, Array.isArray(targets) ? targets : null)
  if (validation.error !== null) return refusal(validation.error, validation.nodeErrors)
  const extraData = readExtraData(json, setup.traits.addsCreateTime)
  life.queue.put({ number, id, graph, extraData, outputs: validation.outputs })
  return { status: 200, json: { prompt_id: id, number, node_errors: validation.nodeErrors } }
}

export interface Reply {
  readonly status: number
  readonly json: unknown
}

function refusal(error: PromptError, nodeErrors: unknown = {}): Reply {
  return { status: 400, json: { error, node_errors: nodeErrors } }
}

/** An explicit number does not count; `front` takes the next one, negative. */
function chooseNumber(json: Readonly<Record<string, unknown>>, life: Life): number {
  if ('number' in json) return Number(json.number)
  const number = life.takeNumber()
  return json.front === true ? -number : number
}

/** Null: not acceptable. The old version converts anything to text, `None` included. */
function chooseId(json: Readonly<Record<string, unknown>>, checked: boolean): string | null {
  const id = json.prompt_id
  if (id === undefined || (checked && id === null)) return randomUUID()
  if (!checked) return id === null ? 'None' : String(id)
  return typeof id === 'string' && CANONICAL_UUID.test(id) ? id : null
}

function readGraph(prompt: unknown, takesList: boolean): Graph {
  if (takesList && Array.isArray(prompt) && prompt.length === 0) return {}
  if (typeof prompt !== 'object' || prompt === null || Array.isArray(prompt)) {
    throw new TypeError('not a graph')
  }
  return prompt as Graph
}

function readExtraData(
  json: Readonly<Record<string, unknown>>,
  addsCreateTime: boolean,
): Readonly<Record<string, unknown>> {
  const given = typeof json.extra_data === 'object' ? json.extra_data : {}
  return {
    ...given,
    ...('client_id' in json ? { client_id: json.client_id } : {}),
    ...(addsCreateTime ? { create_time: Date.now() } : {}),
  }
}
