// Reads the result of a task: where its video is, or the handler's error. Handlers differ; the forms of the simple API are known
// here: a file of the task, a link, or base64 in the answer.
import { ERROR_CODES, type ErrorCode, isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import type { CloudTask } from './cloud-service.ts'

export type VideoSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'base64'; readonly text: string }

export interface TaskVideo {
  readonly source: VideoSource
  /** As the handler reports it, in lower case; null when it does not. */
  readonly sha256: string | null
}

/** @throws AppError `output_missing`, or the error that the handler reports */
export function videoOf(task: CloudTask, title: string): TaskVideo {
  const answer = isRecord(task.result) ? task.result : {}
  const source = sourceOf(task, answer)
  if (source !== null) return { source, sha256: digestOf(answer) }
  if (typeof answer.error === 'string') throw explainEnd(task, title)
  const { video_path } = answer
  const where =
    typeof video_path === 'string'
      ? `left the video in a volume of its own, as ${video_path.slice(0, MAX_CHARS)}`
      : 'has no video'
  throw new AppError('output_missing', `${title} says ${task.status} and ${where}.`)
}

const VIDEO_NAME = /\.(mp4|mov|m4v|mkv|webm)$/i
const URL_MEMBERS = ['video_url', 'url', 'video'] as const
const BASE64_MEMBERS = ['video', 'video_base64'] as const

function sourceOf({ files }: CloudTask, answer: Readonly<Record<string, unknown>>) {
  const named = files.find(({ name }) => name === answer.filename)
  const file = named ?? files.findLast(({ name }) => VIDEO_NAME.test(name))
  if (file !== undefined) return { kind: 'url', url: file.url } as const
  const url = URL_MEMBERS.map((name) => answer[name]).find(isWebUrl)
  if (url !== undefined) return { kind: 'url', url } as const
  const text = BASE64_MEMBERS.map((name) => answer[name]).find(
    (value) => typeof value === 'string' && value !== '',
  )
  return typeof text === 'string' ? ({ kind: 'base64', text } as const) : null
}

function isWebUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//i.test(value)
}

function digestOf({ sha256 }: Readonly<Record<string, unknown>>): string | null {
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/i.test(sha256) ? sha256.toLowerCase() : null
}

/** Codes that a hub uses about itself: from another machine they would mean something else here. */
const OF_A_HUB: ReadonlySet<string> = new Set([
  'canceled',
  'stopping',
  'worker_lost',
  'engine_crashed',
  'unauthenticated',
])

/** Why a task ended without a video, as one error of ours. A hub at the other end reports its own code, which we know. */
export function explainEnd(task: CloudTask, title: string): AppError {
  const { state, status } = task
  const meta = { status }
  const said = saidBy(task)
  switch (state) {
    case 'canceled':
      return new AppError('engine_interrupted', `Someone else canceled the render on ${title}.`, {
        meta,
      })
    case 'expired': {
      const detail = `${title} had no machine for the render in time: its task expired in the queue.`
      return new AppError('start_deadline_passed', detail, { meta })
    }
    case 'timed_out': {
      const detail = `${title} ended the render: its task took longer than the queue allows.`
      return new AppError('job_timeout', detail, { meta })
    }
    default: {
      const detail =
        said === null
          ? `The render failed on ${title}, which does not say why; its log does.`
          : `The render failed on ${title}: ${said}`
      return new AppError(codeOf(task.result) ?? 'engine_failed', detail, { meta })
    }
  }
}

function codeOf(result: unknown): ErrorCode | null {
  const code = isRecord(result) ? result.code : null
  return ERROR_CODES.find((known) => known === code && !OF_A_HUB.has(known)) ?? null
}

const MAX_CHARS = 500

function saidBy({ result, reason }: CloudTask): string | null {
  const error = isRecord(result) ? result.error : null
  const text = typeof error === 'string' && error.trim() !== '' ? error : reason
  if (text === null || text.trim() === '') return null
  // The last line of a traceback says what happened.
  const line = text.trim().split('\n').at(-1)!.trim().slice(0, MAX_CHARS)
  return /[.!?]$/.test(line) ? line : `${line}.`
}
