// Numbers and states of a job in words, the same wherever they are shown.
import type { JobProgress } from '@infinitetalk/client'
import type { JobResource, JobStatus, Stage, StepResource } from '@infinitetalk/contract'

export const STATUS_WORDS: Readonly<Record<JobStatus, string>> = {
  queued: 'Waiting',
  running: 'Rendering',
  succeeded: 'Ready',
  failed: 'Failed',
  canceled: 'Canceled',
}

const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  fetching_inputs: 'Fetching the picture and the voice',
  checking_inputs: 'Checking the picture and the voice',
  waiting: 'Waiting for the engine',
  loading_models: 'Loading the models',
  analysing: 'Analysing the face and the voice',
  sampling: 'Rendering',
  decoding: 'Decoding the frames',
  saving: 'Adding the sound and saving',
}

/** The current stage, in one line. */
export function sayProgress(progress: JobProgress): string {
  if (progress.phase === 'queued') return sayPosition(progress.queuePosition)
  const { stage, step } = progress
  if (stage === null) return 'Starting'
  const detail = step === null ? null : sayStep(step)
  return detail === null ? STAGE_WORDS[stage] : `${STAGE_WORDS[stage]}: ${detail}`
}

function sayPosition(position: number | null): string {
  if (position === null) return 'Waiting in the queue'
  if (position === 1) return 'Next in the queue'
  return `Position ${position} in the queue`
}

function sayStep({ done, total, unit, window, windows }: StepResource): string | null {
  const amount = unit === 'bytes' ? sayAmount(done, total) : `${singular(unit)} ${done} of ${total}`
  const counted = total > 0 ? amount : null
  if (window === undefined || windows === undefined) return counted
  const place = `window ${window} of ${windows}`
  return counted === null ? place : `${place}, ${counted}`
}

function singular(unit: string): string {
  return unit.replace(/s$/, '')
}

function sayAmount(done: number, total: number): string {
  return `${sayBytes(done)} of ${sayBytes(total)}`
}

export function sayBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const amount = bytes / 1000 ** power
  return `${sayNumber(amount, amount < 10 && power > 0 ? 1 : 0)} ${units[power]}`
}

/** With the decimal mark of the person's language. */
function sayNumber(value: number, digits: number): string {
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return value.toLocaleString([], { ...places, useGrouping: false })
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function sayDuration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60)
    return `${seconds < 10 ? sayNumber(seconds, Number.isInteger(Math.round(seconds * 10) / 10) ? 0 : 1) : whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return join(`${minutes} min`, whole % 60, 's')
  return join(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min')
}

/** How long something is kept: `one day`, `3 days`, `2 h`. */
export function sayPeriod(seconds: number): string {
  const days = seconds / 86_400
  if (days === 1) return 'one day'
  return days > 1 ? `${Math.round(days * 10) / 10} days` : sayDuration(seconds)
}

function join(large: string, small: number, unit: string): string {
  return small === 0 ? large : `${large} ${small} ${unit}`
}

/** The time left, rounded to what the estimate is worth. */
export function sayLeft(seconds: number, range: readonly [number, number] | null = null): string {
  if (seconds < 1.5) return 'almost done'
  if (range !== null) return `about ${sayRange(range)} left`
  return `about ${sayDuration(seconds < 60 ? Math.ceil(seconds) : Math.ceil(seconds / 10) * 10)} left`
}

/** `3 to 4 min`: to the minute, below two minutes to ten seconds. */
function sayRange([low, high]: readonly [number, number]): string {
  const [unit, size, word] = high < 120 ? [high < 20 ? 1 : 10, 1, 's'] : [60, 60, 'min']
  const from = (Math.floor(low / unit) * unit) / size
  const to = (Math.ceil(high / unit) * unit) / size
  return from === to ? `${to} ${word}` : `${from} to ${to} ${word}`
}

/** `about $0.12`, formatted for the person's language. */
export function sayMoney(amount: number, currency: string): string {
  const write = new Intl.NumberFormat(undefined, { style: 'currency', currency })
  const smallest = 10 ** -(write.resolvedOptions().maximumFractionDigits ?? 2)
  if (amount === 0) return 'nothing'
  return amount < smallest ? `less than ${write.format(smallest)}` : `about ${write.format(amount)}`
}

/** Until when a take is there; null expires_at: until somebody deletes it. */
export function sayExpiry({ expires_at, finished_at }: JobResource, nowMs: number): string | null {
  if (finished_at === null) return null
  if (expires_at === null) return 'kept'
  const seconds = (Date.parse(expires_at) - nowMs) / 1000
  if (seconds < 60) return 'deleted within a minute'
  if (seconds < 3600) return `deleted in ${Math.ceil(seconds / 60)} min`
  if (seconds < 48 * 3600) return `deleted in ${Math.round(seconds / 3600)} h`
  return `deleted in ${Math.round(seconds / 86_400)} days`
}

export function sayTime(iso: string, nowMs: number): string {
  const at = new Date(iso)
  const seconds = (nowMs - at.getTime()) / 1000
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  if (at.toDateString() === new Date(nowMs).toDateString()) return `today ${time}`
  return `${at.toLocaleDateString([], { day: 'numeric', month: 'short' })} ${time}`
}

/** The hub's default prompt. */
const DEFAULT_PROMPT = 'A person talking naturally'

/** The title of a take: the name that it was given, or else its prompt. */
export function titleOf({ input, metadata }: JobResource): string {
  const { title } = metadata
  if (title !== undefined && title.trim() !== '') return title
  const { prompt } = input
  const text = Array.isArray(prompt) ? prompt[0] : prompt
  return typeof text === 'string' && text !== '' && text !== DEFAULT_PROMPT ? text : 'Untitled take'
}
