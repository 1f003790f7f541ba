// Numbers and states of a job in words, the same wherever they are shown.

import type { JobProgress } from '@infinitetalk/client'
import type { JobResource, JobStatus, Stage, StepResource } from '@infinitetalk/contract'
import { currentLocale, say, sayCount, sayNumber, type Words } from '../language/say.ts'

export const STATUS_WORDS = {
  queued: 'Waiting',
  running: 'Rendering',
  succeeded: 'Ready',
  failed: 'Failed',
  canceled: 'Canceled',
} as const satisfies Record<JobStatus, Words>

const STAGE_WORDS: Readonly<Record<Stage, Words>> = {
  fetching_inputs: 'Fetching the picture and the voice',
  checking_inputs: 'Checking the picture and the voice',
  waiting: 'Waiting for the engine',
  loading_models: 'Loading the models',
  analysing: 'Analysing the face and the voice',
  sampling: 'Rendering',
  decoding: 'Decoding the frames',
  saving: 'Adding the sound and saving',
}

/** The hub may name a stage that is newer than this page. */
export function sayStage(stage: string): string {
  const words = STAGE_WORDS[stage as Stage] as Words | undefined
  return words === undefined ? stage.replaceAll('_', ' ') : say(words)
}

/** The current stage, in one line. */
export function sayProgress(progress: JobProgress): string {
  if (progress.phase === 'queued') return sayPosition(progress.queuePosition)
  const { stage, step } = progress
  if (stage === null) return say('Starting')
  const detail = step === null ? null : sayStep(step)
  return detail === null ? sayStage(stage) : `${sayStage(stage)}: ${detail}`
}

function sayPosition(position: number | null): string {
  if (position === null) return say('Waiting in the queue')
  if (position === 1) return say('Next in the queue')
  return say('Position {number} in the queue', { number: position })
}

function sayStep({ done, total, unit, window, windows }: StepResource): string | null {
  const amount = unit === 'bytes' ? sayAmount(done, total) : say(STEP_WORDS[unit], { done, total })
  const counted = total > 0 ? amount : null
  if (window === undefined || windows === undefined) return counted
  const place = say('window {number} of {count}', { number: window, count: windows })
  return counted === null ? place : `${place}, ${counted}`
}

const STEP_WORDS = {
  frames: 'frame {done} of {total}',
  steps: 'step {done} of {total}',
  items: 'item {done} of {total}',
} as const

function sayAmount(done: number, total: number): string {
  return say('{part} of {whole}', { part: sayBytes(done), whole: sayBytes(total) })
}

export function sayBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const amount = bytes / 1000 ** power
  return `${sayNumber(amount, amount < 10 && power > 0 ? 1 : 0)} ${units[power]}`
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
  if (days === 1) return say('one day')
  return days > 1
    ? say('{count} days', { count: sayNumber(days, Number.isInteger(days) ? 0 : 1) })
    : sayDuration(seconds)
}

function join(large: string, small: number, unit: string): string {
  return small === 0 ? large : `${large} ${small} ${unit}`
}

/** The time left, rounded to what the estimate is worth. */
export function sayLeft(seconds: number, range: readonly [number, number] | null = null): string {
  if (seconds < 1.5) return say('almost done')
  if (range !== null) return say('about {time} left', { time: sayRange(range) })
  const rounded = seconds < 60 ? Math.ceil(seconds) : Math.ceil(seconds / 10) * 10
  return say('about {time} left', { time: sayDuration(rounded) })
}

/** `3 to 4 min`: to the minute, below two minutes to ten seconds. */
function sayRange([low, high]: readonly [number, number]): string {
  const [unit, size, word] = high < 120 ? [high < 20 ? 1 : 10, 1, 's'] : [60, 60, 'min']
  const from = (Math.floor(low / unit) * unit) / size
  const to = (Math.ceil(high / unit) * unit) / size
  return from === to ? `${to} ${word}` : say('{from} to {to} {unit}', { from, to, unit: word })
}

/** `about $0.12`, formatted for the person's language. */
export function sayMoney(amount: number, currency: string): string {
  const write = new Intl.NumberFormat(currentLocale(), { style: 'currency', currency })
  const smallest = 10 ** -(write.resolvedOptions().maximumFractionDigits ?? 2)
  if (amount === 0) return say('nothing')
  return amount < smallest
    ? say('less than {amount}', { amount: write.format(smallest) })
    : say('about {amount}', { amount: write.format(amount) })
}

/** Until when a take is there; null expires_at: until somebody deletes it. */
export function sayExpiry({ expires_at, finished_at }: JobResource, nowMs: number): string | null {
  if (finished_at === null) return null
  if (expires_at === null) return say('kept')
  const seconds = (Date.parse(expires_at) - nowMs) / 1000
  if (seconds < 60) return say('deleted within a minute')
  if (seconds < 3600) return say('deleted in {time}', { time: `${Math.ceil(seconds / 60)} min` })
  if (seconds < 48 * 3600)
    return say('deleted in {time}', { time: `${Math.round(seconds / 3600)} h` })
  return sayCount(Math.round(seconds / 86_400), 'deleted in {n} day', 'deleted in {n} days')
}

export function sayTime(iso: string, nowMs: number): string {
  const at = new Date(iso)
  const seconds = (nowMs - at.getTime()) / 1000
  if (seconds < 60) return say('just now')
  if (seconds < 3600) return say('{count} min ago', { count: Math.floor(seconds / 60) })
  const time = at.toLocaleTimeString(currentLocale(), { hour: '2-digit', minute: '2-digit' })
  if (at.toDateString() === new Date(nowMs).toDateString()) return say('today {time}', { time })
  return `${at.toLocaleDateString(currentLocale(), { day: 'numeric', month: 'short' })} ${time}`
}

/** The hub's default prompt. */
const DEFAULT_PROMPT = 'A person talking naturally'

/** The title of a take: the name that it was given, or else its prompt. */
export function titleOf({ input, metadata }: JobResource): string {
  const { title } = metadata
  if (title !== undefined && title.trim() !== '') return title
  const { prompt } = input
  const text = Array.isArray(prompt) ? prompt[0] : prompt
  return typeof text === 'string' && text !== '' && text !== DEFAULT_PROMPT
    ? text
    : say('Untitled take')
}
