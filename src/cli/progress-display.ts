// Shows a running render: a bar that redraws itself on a terminal, an occasional plain line in a log file, one JSON object per
// report with --json. All numbers come from the progress meter.
import type { Stage } from '@infinitetalk/contract'
import { drawBar, LiveLines } from './live-lines.ts'
import { formatBytes } from './print-video.ts'
import { columnsOf, printJson, type Terminal } from './terminal.ts'

/** The stages of a render, and those of its job at a hub. */
export type ShownStage = Stage | 'uploading' | 'queued' | 'starting' | 'downloading'

export interface ShownProgress {
  readonly stage: ShownStage
  /** Frames, steps or bytes; the place in the queue while it is `queued`. */
  readonly done: number
  /** 0 when it is not known. */
  readonly total: number
  /** The current window, from 1, and their number; for engines that work in windows. */
  readonly window?: { readonly number: number; readonly count: number }
  /** 0..1 */
  readonly fraction: number
  readonly etaSeconds: number | null
  /** Where measurements differ: at least and at most so many seconds. */
  readonly etaRange?: readonly [number, number] | null
}

const STAGE_LABELS: Readonly<Record<ShownStage, string>> = {
  uploading: 'Sending the inputs',
  queued: 'Waiting in the queue',
  starting: 'Starting',
  downloading: 'Downloading the video',
  fetching_inputs: 'Fetching the inputs',
  checking_inputs: 'Checking the inputs',
  waiting: 'Waiting',
  loading_models: 'Loading the models',
  analysing: 'Analysing',
  sampling: 'Rendering',
  decoding: 'Decoding',
  saving: 'Finishing the file',
}

/** Enough for a terminal; a log needs far less. */
const REDRAW_EVERY_MS = 100
const PLAIN_LINE_EVERY_MS = 5000
const BAR_MAX_WIDTH = 28

export interface NoteMembers {
  readonly type: string
}

export interface ProgressDisplay {
  show(report: ShownProgress): void
  /** A line that stays. With --json the members are an object of their own; their `type` is its event. */
  note(line: string, members: NoteMembers): void
  /** Removes the bar, so that the next output begins on a clean line. */
  close(): void
}

export function createProgressDisplay(terminal: Terminal, nowMs: () => number): ProgressDisplay {
  if (terminal.json) return jsonDisplay(terminal)
  if (terminal.quiet) return { show: () => {}, note: () => {}, close: () => {} }
  return terminal.stderr.isTTY === true
    ? barDisplay(terminal, nowMs)
    : plainDisplay(terminal, nowMs)
}

function jsonDisplay(terminal: Terminal): ProgressDisplay {
  return {
    show: ({ stage, done, total, window, fraction, etaSeconds, etaRange = null }) =>
      printJson(terminal, {
        event: 'progress',
        stage,
        done,
        total,
        ...(window === undefined ? {} : { window: window.number, windows: window.count }),
        fraction: Number(fraction.toFixed(4)),
        eta_s: etaSeconds === null ? null : Number(etaSeconds.toFixed(1)),
        eta_range_s: etaRange?.map((seconds) => Number(seconds.toFixed(1))) ?? null,
      }),
    note: (_, { type: event, ...members }) => printJson(terminal, { event, ...members }),
    close: () => {},
  }
}

function barDisplay(terminal: Terminal, nowMs: () => number): ProgressDisplay {
  const lines = new LiveLines(terminal.stderr)
  let drawnAtMs = Number.NEGATIVE_INFINITY
  let stage: ShownStage | null = null
  return {
    show(report) {
      const due = nowMs() - drawnAtMs >= REDRAW_EVERY_MS || report.stage !== stage
      if (!due) return
      drawnAtMs = nowMs()
      stage = report.stage
      lines.paint([renderBar(report, columnsOf(terminal.stderr))])
    },
    note(line) {
      lines.clear()
      terminal.stderr.write(`${line}\n`)
    },
    close: () => lines.clear(),
  }
}

function plainDisplay(terminal: Terminal, nowMs: () => number): ProgressDisplay {
  let printedAtMs = Number.NEGATIVE_INFINITY
  const seen = new Set<ShownStage>()
  return {
    show(report) {
      // A graph alternates between loading and analysing, so each stage is logged once.
      if (seen.has(report.stage) && nowMs() - printedAtMs < PLAIN_LINE_EVERY_MS) return
      printedAtMs = nowMs()
      seen.add(report.stage)
      terminal.stderr.write(`${plainText(report)}\n`)
    },
    note: (line) => void terminal.stderr.write(`${line}\n`),
    close: () => {},
  }
}

/** One line. On a narrow terminal the bar is dropped first. */
function renderBar(report: ShownProgress, columns: number): string {
  const label = STAGE_LABELS[report.stage].padEnd(20)
  const percent = `${Math.floor(report.fraction * 100)}%`.padStart(4)
  const tail = progressTail(report)
  const room = columns - 1 - label.length - percent.length - tail.length - 3
  const width = Math.min(BAR_MAX_WIDTH, room)
  const bar = width >= 8 ? `${drawBar(report.fraction, width)} ` : ''
  return `${label} ${bar}${percent} ${tail}`
}

function plainText(report: ShownProgress): string {
  const percent = `${Math.floor(report.fraction * 100)}%`
  return `${STAGE_LABELS[report.stage]} ${percent} ${progressTail(report)}`.trimEnd()
}

function progressTail(report: ShownProgress): string {
  const count = progressCount(report)
  const left = formatLeft(report.etaSeconds, report.etaRange ?? null)
  return [count, left].filter((part) => part !== '').join(', ')
}

function progressCount({ stage, done, total, window }: ShownProgress): string {
  if (stage === 'queued') return done > 0 ? `number ${done}` : ''
  if (total <= 0) return ''
  if (stage === 'sampling') {
    if (window === undefined) return `frame ${done}/${total}`
    return `window ${window.number}/${window.count}, step ${done}/${total}`
  }
  const ofBytes = stage === 'uploading' || stage === 'downloading'
  return ofBytes ? `${formatBytes(done)} of ${formatBytes(total)}` : ''
}

export function renderStage(stage: ShownStage): string {
  return STAGE_LABELS[stage]
}

/** `about 3 to 4 min left` where measurements differ, else `3 min 20 s left`; empty when it is not known. */
export function formatLeft(
  seconds: number | null,
  range: readonly [number, number] | null,
): string {
  if (seconds === null) return ''
  if (range === null) return `${formatSeconds(seconds)} left`
  const [low, high] = range
  const [unit, size, word] = high < 120 ? [high < 20 ? 1 : 10, 1, 's'] : [60, 60, 'min']
  const from = (Math.floor(low / unit) * unit) / size
  const to = (Math.ceil(high / unit) * unit) / size
  return from === to ? `about ${to} ${word} left` : `about ${from} to ${to} ${word} left`
}

export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
