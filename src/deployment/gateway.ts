// One request to Beam's gateway. It answers HTTP 200 to most of what it refuses, with `ok: false` and a sentence: here that
// becomes an error, so that nobody who asks can forget to look.
import { isRecord } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'
import { Workspace } from '../engines/beam/workspace.ts'
import {
  ask,
  type CloudAddress,
  type CloudRequest,
  explainAnswer,
} from '../engines/cloud/cloud-request.ts'
import { printedLines } from './printed-lines.ts'

export type Json = Readonly<Record<string, unknown>>

export interface Gateway {
  readonly address: CloudAddress
  readonly workspace: Workspace
}

export interface GatewayCall {
  readonly method?: CloudRequest['method']
  readonly path: string
  readonly body?: unknown
  /** What is asked for, for the sentence when it fails: `the volume "infinitetalk-models"`. */
  readonly what: string
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

export function openGateway(url: string, token: string): Gateway {
  const address = {
    title: 'Beam',
    url: url.replace(/\/+$/, ''),
    token,
    tokenSetting: 'BEAM_TOKEN',
  }
  return { address, workspace: new Workspace(address) }
}

/** @throws AppError `deployment_refused` with the service's words, or as explainAnswer says */
export async function call(gateway: Gateway, request: GatewayCall): Promise<Json> {
  const json = await callForJson(gateway, request)
  if (!isRecord(json)) throw strangeAnswer(gateway, request.what)
  return json
}

/** For what answers with a list. @throws AppError as call() does */
export async function callForJson(gateway: Gateway, request: GatewayCall): Promise<unknown> {
  const { method = 'GET', path, body, what, signal, timeoutMs } = request
  const answer = await ask(gateway.address, {
    method,
    path,
    signal,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  // A gRPC error comes as HTTP 4xx or 5xx with its words; a request that is wrong stays wrong.
  if (answer.status === 400 || answer.status === 409 || answer.status === 422) {
    throw refused(what, isRecord(answer.json) ? answer.json : { message: answer.text })
  }
  if (answer.status !== 200) throw explainAnswer(gateway.address, answer, what)
  if (isRecord(answer.json) && answer.json.ok === false) throw refused(what, answer.json)
  return answer.json
}

export function refused(what: string, json: Json): AppError {
  const words = wordsOf(json)
  const said = words === '' ? ' and does not say why' : `: ${words}`
  return new AppError('deployment_refused', `Beam refused ${what}${said}.`)
}

export function strangeAnswer({ address }: Gateway, what: string): AppError {
  const detail = `What answers at ${address.url} for ${what} is not the gateway of Beam.`
  return new AppError('engine_unreachable', detail)
}

/** A text that must be in an answer. */
export function textIn(gateway: Gateway, json: Json, names: readonly string[], what: string) {
  for (const name of names) {
    const value = json[name]
    if (typeof value === 'string' && value !== '') return value
  }
  throw strangeAnswer(gateway, what)
}

const MAX_WORDS = 500

/** Its services do not agree on the name of their sentence. */
export function wordsOf(json: Json): string {
  for (const name of ['errMsg', 'errorMsg', 'err_msg', 'error_msg', 'message', 'error', 'msg']) {
    const words = json[name]
    const said = typeof words === 'string' ? printedLines(words).join(' ').trim() : ''
    if (said !== '') return said.replace(/\s+/g, ' ').slice(0, MAX_WORDS).replace(/\.$/, '')
  }
  return ''
}
