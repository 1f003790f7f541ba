// A take that is being made: its current stage, its progress, the time left, and a button that cancels it.

import type { JobProgress } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { say } from '../language/say.ts'
import { StopIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { FollowedWaitingReason } from './waiting-reason.tsx'
import { WatchStage } from './watch-stage.tsx'
import { sayLeft, sayProgress } from './words.ts'

interface ProgressPanelProps {
  readonly job: JobResource
  readonly progress: JobProgress
  readonly away: boolean
  readonly onChanged: (job: JobResource) => void
}

export function ProgressPanel({ job, progress, away, onChanged }: ProgressPanelProps) {
  const { client } = useHub()
  const [stopping, setStopping] = useState(job.cancel_requested_at !== null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const fraction = progress.phase === 'running' ? progress.fraction : 0
  const percent = Math.floor(fraction * 100)
  const words = stopping ? say('Stopping') : sayProgress(progress)
  // Screen readers read it four times, not for every frame.
  const quarter = Math.floor(percent / 25) * 25
  const spoken = progress.phase === 'queued' ? words : `${words.split(':')[0]}, ${quarter} %`
  const panel = useRef<HTMLDivElement>(null)
  // When this panel disappears, the focus must not be lost with it.
  useLayoutEffect(
    () => () => {
      if (!panel.current?.contains(document.activeElement)) return
      document.getElementById('main')?.focus({ preventScroll: true })
    },
    [],
  )
  const cancel = async (): Promise<void> => {
    if (stopping) return
    setStopping(true)
    setFailure(null)
    try {
      onChanged(await client.jobs.cancel(job.id))
    } catch (error) {
      setStopping(false)
      setFailure(failureOf(error))
    }
  }
  return (
    <div class="watch" ref={panel}>
      <WatchStage
        job={job}
        percent={progress.phase === 'queued' ? null : percent}
        window={progress.phase === 'queued' ? null : (progress.step?.window ?? null)}
      />
      <div class="watch-facts">
        <div class="watch-line">
          <p class="watch-words">{words}</p>
          <p class="visually-hidden" aria-live="polite">
            {spoken}
          </p>
          {progress.etaSeconds !== null && !stopping && (
            <p class="muted nowrap">
              {sayLeft(
                progress.etaSeconds,
                progress.phase === 'running' ? progress.etaRange : null,
              )}
            </p>
          )}
        </div>
        {progress.phase === 'queued' && <FollowedWaitingReason job={job} />}
        <progress
          max={100}
          value={progress.phase === 'queued' ? undefined : percent}
          aria-label={say('Progress of the video')}
        />
        {away && (
          <p class="away" role="status">
            {say(
              'No connection to the hub. The job continues there; this page reconnects by itself.',
            )}
          </p>
        )}
        {failure !== null && <Notice failure={failure} />}
        <button type="button" onClick={() => void cancel()} aria-disabled={stopping}>
          <StopIcon />
          {say('Cancel')}
        </button>
      </div>
    </div>
  )
}
