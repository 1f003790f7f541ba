// The messages between a hub and its render process. They are plain data, because they go through JSON.
import type { ErrorCode, GenerationSpec } from '@infinitetalk/contract'
import type { RenderProgress, RenderResult } from '../app/ports/engine.ts'
import { AppError } from '../domain/errors.ts'
import type { SizedSpeed } from '../domain/speed.ts'

/** From the hub: one order, then perhaps `stop`. */
export type HubMessage = RenderOrder | { readonly type: 'stop' }

export interface RenderOrder {
  readonly type: 'render'
  readonly spec: GenerationSpec
  readonly workDir: string
  readonly measuredSpeeds: readonly SizedSpeed[]
  /** The configuration of the engines; the hub has parsed and checked it. */
  readonly config: unknown
}

/** From the child: any number of `progress` and `frame`, then one of the others. */
export type RenderReport =
  | { readonly type: 'progress'; readonly progress: RenderProgress }
  /** The latest frame: a JPEG as base64, because the message is JSON. */
  | { readonly type: 'frame'; readonly jpeg: string }
  | { readonly type: 'done'; readonly result: RenderResult }
  | { readonly type: 'failed'; readonly error: SentError }

export interface SentError {
  readonly code: ErrorCode
  readonly detail: string
  readonly pointer: string | null
  readonly meta: Readonly<Record<string, unknown>>
}

export function toSentError({ code, detail, pointer, meta }: AppError): SentError {
  return { code, detail, pointer: pointer ?? null, meta }
}

export function fromSentError({ code, detail, pointer, meta }: SentError): AppError {
  return new AppError(code, detail, { meta, ...(pointer === null ? {} : { pointer }) })
}
