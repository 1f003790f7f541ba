// Shows a running pull: a bar for each file and one for all on a terminal, an occasional plain line in a log file, one JSON object
// per event with --json.
import type { ModelStatus, PullEvent, PullStage } from '../app/ports/models.ts'
import { type FileProgress, PullProgress, type PullTotals } from '../app/pull-progress.ts'
import { drawBar, LiveLines } from './live-lines.ts'
import { formatBytes } from './print-video.ts'
import { formatSeconds } from './progress-display.ts'
import { printJson, type Terminal } from './terminal.ts'

export interface PullDisplay {
  show(event: PullEvent): void
  /** Removes the bars, so that the next output begins on a clean line. */
  close(): void
}

const REDRAW_EVERY_MS = 150
const PLAIN_LINE_EVERY_MS = 5000
const MAX_BARS = 8
const BAR_WIDTH = 24

const STAGES: Readonly<Record<PullStage, string>> = {
  looking_up: 'looking up',
  downloading: '',
  verifying: 'verifying',
}

export function createPullDisplay(
  terminal: Terminal,
  models: readonly ModelStatus[],
  nowMs: () => number,
): PullDisplay {
  if (terminal.json) return jsonDisplay(terminal)
  if (terminal.quiet) return { show: () => {}, close: () => {} }
  const fileNames = new Map(models.map(({ model }) => [model.name, model.file]))
  const lineOf = (event: PullEvent): string | null => describeEvent(event, fileNames)
  return terminal.stderr.isTTY === true
    ? barDisplay(terminal, lineOf, nowMs)
    : plainDisplay(terminal, lineOf, nowMs)
}

function jsonDisplay(terminal: Terminal): PullDisplay {
  return {
    show: (event) => printJson(terminal, jsonEvent(event)),
    close: () => {},
  }
}

function jsonEvent(event: PullEvent): object {
  if (event.type === 'progress') {
    const { model, stage, doneBytes, totalBytes } = event
    return { event: 'progress', model, stage, done_bytes: doneBytes, total_bytes: totalBytes }
  }
  if (event.type === 'waiting') {
    return { event: 'waiting', model: event.model, detail: event.detail, wait_ms: event.waitMs }
  }
  const { type, ...members } = event
  return { event: type, ...members }
}

function barDisplay(
  terminal: Terminal,
  lineOf: (event: PullEvent) => string | null,
  nowMs: () => number,
): PullDisplay {
  const progress = new PullProgress(nowMs)
  const bars = new LiveLines(terminal.stderr)
  let drawnAtMs = Number.NEGATIVE_INFINITY
  return {
    show(event) {
      progress.take(event)
      const line = lineOf(event)
      const due = nowMs() - drawnAtMs >= REDRAW_EVERY_MS
      if (line === null && !due) return
      drawnAtMs = nowMs()
      bars.paint(renderBars(progress), line)
    },
    close: () => bars.clear(),
  }
}

function plainDisplay(
  terminal: Terminal,
  lineOf: (event: PullEvent) => string | null,
  nowMs: () => number,
): PullDisplay {
  const progress = new PullProgress(nowMs)
  let printedAtMs = nowMs()
  return {
    show(event) {
      progress.take(event)
      const line = lineOf(event)
      if (line !== null) terminal.stderr.write(`${line}\n`)
      if (event.type !== 'progress' || nowMs() - printedAtMs < PLAIN_LINE_EVERY_MS) return
      printedAtMs = nowMs()
      terminal.stderr.write(`${describeTotals(progress.totals())}\n`)
    },
    close: () => {},
  }
}

/** The line that stays on the screen; null for an event that only moves the bars. */
function describeEvent(event: PullEvent, fileNames: ReadonlyMap<string, string>): string | null {
  const file = 'model' in event ? (fileNames.get(event.model) ?? event.model) : ''
  switch (event.type) {
    case 'planned':
      return `Downloading ${event.files} ${event.files === 1 ? 'file' : 'files'}, ${formatBytes(event.bytes)}`
    case 'present':
      return `✅ ${file}, already present`
    case 'pulled':
      return `✅ ${file}, ${formatBytes(event.bytes)}, verified`
    case 'failed':
      return `❌ ${event.detail}`
    case 'waiting':
      return event.waitMs < 3000
        ? null
        : `⏳ ${file}: ${event.detail} Retrying in ${formatSeconds(event.waitMs / 1000)}.`
    case 'progress':
      return null
  }
}

function renderBars(progress: PullProgress): readonly string[] {
  const files = [...progress.files()].slice(-MAX_BARS)
  return [...files.map(([name, file]) => renderFile(name, file)), describeTotals(progress.totals())]
}

function renderFile(name: string, { stage, doneBytes, totalBytes }: FileProgress): string {
  const fraction = totalBytes === 0 ? 0 : Math.min(1, doneBytes / totalBytes)
  const bar = drawBar(fraction, BAR_WIDTH)
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4)
  return `${name.padEnd(26)} ${bar} ${percent} ${formatBytes(totalBytes)} ${STAGES[stage]}`.trimEnd()
}

function describeTotals({ doneBytes, totalBytes, bytesPerSecond, etaSeconds }: PullTotals): string {
  if (totalBytes === 0) return 'Looking up the files'
  const speed = bytesPerSecond === null ? '' : `, ${formatBytes(bytesPerSecond)}/s`
  const left = etaSeconds === null ? '' : `, ${formatSeconds(etaSeconds)} left`
  return `Total: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${speed}${left}`
}
