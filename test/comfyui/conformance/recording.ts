// A recorded conversation as it lies in test/fixtures/comfyui: one event a line, in the order in which they began. Reduced: a
// graph that was posted before is "<graph>", a long text is "<long>", progress of one bar is one event, states are left out.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComfyVersion } from '../standin/stand-in.ts'

export type RecordedEvent =
  | HttpEvent
  | { readonly kind: 'open'; readonly socket: string; readonly path: string }
  | { readonly kind: 'send'; readonly socket: string; readonly data: unknown }
  | MessageEvent
  | ProgressEvent
  | { readonly kind: 'text'; readonly socket: string; readonly node: string; readonly text: string }
  | { readonly kind: 'close' | 'abort'; readonly socket: string }
  | { readonly kind: 'closed'; readonly socket: string; readonly code: number }
  | { readonly kind: 'note'; readonly text: string }
  | VideoEvent

export interface HttpEvent {
  readonly kind: 'http'
  readonly request: RecordedRequest
  /** Null: nobody listened. */
  readonly answer: RecordedAnswer | null
}

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly label?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
  readonly form?: readonly FormField[]
  /** A form whose file part has exactly this header. */
  readonly raw?: { readonly header: string; readonly bytes: number }
}

export type FormField =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string
      readonly filename: string
      readonly bytes: number
      /** Tells two files of one name apart. */
      readonly hash: string
    }

export interface RecordedAnswer {
  readonly status: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
  readonly bytes?: number
}

export interface MessageEvent {
  readonly kind: 'message'
  readonly socket: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** All messages of one bar. */
export interface ProgressEvent {
  readonly kind: 'progress'
  readonly socket: string
  readonly node: string
  readonly max: number
  readonly first: number
  readonly last: number
}

/** The finished video, as ffprobe saw it. */
export interface VideoEvent {
  readonly kind: 'video'
  readonly width: number
  readonly height: number
  readonly seconds: number
  readonly audioSeconds: number | null
}

export interface Recording {
  readonly version: ComfyVersion
  readonly name: string
  readonly events: readonly RecordedEvent[]
}

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'comfyui')

export function recordingNames(version: ComfyVersion): readonly string[] {
  return readdirSync(join(FIXTURES, `v${version}`))
    .filter((file) => file.endsWith('.jsonl') && !file.startsWith('r_'))
    .map((file) => file.slice(0, -'.jsonl'.length))
    .toSorted()
}

export function readRecording(version: ComfyVersion, name: string): Recording {
  return { version, name, events: readLines(version, name) }
}

export function readLines<Line = RecordedEvent>(
  version: ComfyVersion,
  name: string,
): readonly Line[] {
  const text = readFileSync(join(FIXTURES, `v${version}`, `${name}.jsonl`), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))
}

/** The graphs that were posted, in that order. */
export function postedGraphs({ events }: Recording): readonly unknown[] {
  return events.flatMap((event) => {
    if (event.kind !== 'http' || event.request.path !== '/prompt') return []
    const { json } = event.request
    return typeof json === 'object' && json !== null && 'prompt' in json ? [json.prompt] : []
  })
}
