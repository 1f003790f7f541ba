// Describes a job for a terminal: its progress for the display, and the job itself in a few lines.
import { describeMemoryStep, type JobResource, type RunProgress } from '@infinitetalk/client'
import { formatBytes } from './print-video.ts'
import type { ShownProgress } from './progress-display.ts'
import { formatLeft, renderStage } from './progress-display.ts'
import { printHanging, printJson, printLine, type Terminal } from './terminal.ts'

export function shownProgress(progress: RunProgress): ShownProgress {
  switch (progress.phase) {
    case 'uploading': {
      const { sentBytes: done, totalBytes } = progress
      const total = totalBytes ?? 0
      return { stage: 'uploading', done, total, fraction: share(done, total), etaSeconds: null }
    }
    case 'queued': {
      const { queuePosition, etaSeconds } = progress
      return { stage: 'queued', done: queuePosition ?? 0, total: 0, fraction: 0, etaSeconds }
    }
    case 'running': {
      const { stage, step, fraction, etaSeconds, etaRange } = progress
      const done = step?.done ?? 0
      const total = step?.total ?? 0
      const { window: number, windows: count } = step ?? {}
      const window =
        number === undefined || count === undefined ? {} : { window: { number, count } }
      return { stage: stage ?? 'starting', done, total, ...window, fraction, etaSeconds, etaRange }
    }
  }
}

export function share(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 0
}

export function printJob(terminal: Terminal, job: JobResource): void {
  printJson(terminal, { event: 'job', ...job })
  printLine(terminal, `${MARKS[job.status]} ${job.id} ${job.status}`)
  for (const line of detailsOf(job)) printHanging(terminal, '   ', line)
}

const MARKS: Readonly<Record<JobResource['status'], string>> = {
  queued: '📥',
  running: '🚀',
  succeeded: '✅',
  failed: '❌',
  canceled: '⚠️ ',
}

function detailsOf(job: JobResource): readonly string[] {
  const { output, error, eta_s, eta_range_s = null, queue_position, cancel_requested_at } = job
  // A hub of an earlier version does not know the reason.
  const { waiting_reason = null } = job
  const about = eta_range_s === null ? 'about ' : ''
  const left = eta_s === null ? '' : `, ${about}${formatLeft(eta_s, eta_range_s)}`
  switch (job.status) {
    case 'queued': {
      const place = queue_position === null ? `waiting${left}` : `number ${queue_position}${left}`
      return waiting_reason === null ? [place] : [place, waiting_reason]
    }
    case 'running': {
      const stopping = cancel_requested_at === null ? [] : ['being canceled']
      const stage = job.stage === null ? 'Starting' : renderStage(job.stage)
      return [`${stage}, ${Math.floor(job.progress * 100)}%${left}`, ...stopping]
    }
    case 'succeeded': {
      if (output === null) return []
      const { width, height, duration_s, bytes } = output.video
      const size = `${width}x${height}, ${duration_s.toFixed(2)} s, ${formatBytes(bytes)}`
      const spared = (output.memory_ladder ?? []).map(describeMemoryStep)
      const made = `${size}, engine ${output.engine}, seed ${output.seed}`
      const kept = job.expires_at === null ? ['kept until it is deleted'] : []
      return [made, ...kept, ...output.warnings, ...spared]
    }
    case 'failed':
      return error === null ? [] : [error.message, `${error.code}: ${error.hint}`]
    case 'canceled':
      return []
  }
}
