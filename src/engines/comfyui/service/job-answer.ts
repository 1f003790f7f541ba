// A job of the Comfy API v2 as a prompt of ComfyUI: where it is, what it made and why it failed.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../../domain/errors.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import type { HistoryEntry, PromptPlace } from '../comfy-answers.ts'

export type Json = Readonly<Record<string, unknown>>

/** @throws AppError `engine_unreachable` for what is no job */
export function jobIdOf(json: Json): string {
  if (typeof json.id === 'string' && typeof json.status === 'string') return json.id
  throw new AppError('engine_unreachable', 'The Comfy API answered without a job.')
}

export function placeOf({ url }: ComfyAddress, job: Json): PromptPlace {
  const graph = null
  switch (job.status) {
    case 'succeeded':
      return { state: 'ended', graph, entry: entryOf(job, true) }
    case 'failed':
      return {
        state: 'ended',
        graph,
        entry: entryOf(job, false, ['execution_error', errorOf(job)]),
      }
    case 'canceled':
      return { state: 'ended', graph, entry: entryOf(job, false, ['execution_interrupted', {}]) }
    case 'expired': {
      const detail = `The Comfy API at ${url} no longer has the render: it expired, or its ComfyUI was restarted.`
      const failure = new AppError('engine_job_expired', detail)
      return { state: 'ended', graph, entry: { ...entryOf(job, false), failure } }
    }
    case 'queued':
      return { state: 'pending', graph }
    default:
      return { state: 'running', graph }
  }
}

function entryOf(
  job: Json,
  succeeded: boolean,
  ...messages: readonly (readonly [string, unknown])[]
): HistoryEntry {
  return { succeeded, outputs: outputsOf(job), messages, graph: null }
}

/** By node, as ComfyUI lists them; the folder of a file is the id of its asset. */
function outputsOf({ outputs }: Json): HistoryEntry['outputs'] {
  const byNode: Record<string, { files: { filename: string; subfolder: string }[] }> = {}
  for (const { node_id, name, id } of Array.isArray(outputs) ? outputs.filter(isRecord) : []) {
    if (typeof name !== 'string' || typeof id !== 'string') continue
    byNode[String(node_id)] ??= { files: [] }
    byNode[String(node_id)]!.files.push({ filename: name.split('/').at(-1)!, subfolder: id })
  }
  for (const { files } of Object.values(byNode)) files.sort(byNumber)
  return byNode
}

/** Outputs are listed as they are committed, which need not be the order of the frames. */
function byNumber(a: { readonly filename: string }, b: { readonly filename: string }): number {
  return numberOf(a.filename) - numberOf(b.filename)
}

function numberOf(filename: string): number {
  return Number(/_(\d+)_?\.\w+$/.exec(filename)?.[1] ?? 0)
}

/** As ComfyUI's own message says it. */
function errorOf({ error }: Json): Json {
  const told = isRecord(error) ? error : {}
  const traceback = typeof told.traceback === 'string' ? told.traceback.trimEnd() : ''
  // Python ends a traceback with the qualified exception.
  const [, exception_type = ''] = /\n([\w.]+)(?::[^\n]*)?$/.exec(`\n${traceback}`) ?? []
  return {
    ...{ node_id: told.node_id, node_type: told.class_type, exception_type },
    exception_message: told.message,
  }
}
