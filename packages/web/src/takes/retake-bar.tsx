// Renders the rest of a video again: a handle on its timeline chooses the first window to render again. The windows before it stay.

import type { JobResource } from '@infinitetalk/contract'
import type { RefObject } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { useAttempt } from '../hub/use-attempt.ts'
import { say, sayNumber } from '../language/say.ts'
import { goTo } from '../routes.ts'
import { AgainIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useHere } from '../ui/use-here.ts'
import { keepStill, readStill } from './stills.ts'

interface RetakeBarProps {
  readonly job: JobResource
  /** Shows the moment that is chosen. */
  readonly player: RefObject<HTMLVideoElement | null>
}

export function RetakeBar({ job, player }: RetakeBarProps) {
  const { client } = useHub()
  const starts = useWindowStarts(job)
  const [chosen, setChosen] = useState(0)
  const { busy, failure, attempt } = useAttempt()
  const here = useHere()
  const id = useId()
  if (starts.length < 2) return null
  const start = starts[chosen] ?? 0
  const words = say('window {number} of {count}, {time} s', {
    number: chosen + 1,
    count: starts.length,
    time: sayNumber(start, 2),
  })
  const choose = (index: number): void => {
    setChosen(index)
    const video = player.current
    if (video === null) return
    video.pause()
    video.currentTime = starts[index] ?? 0
  }
  const retake = async (): Promise<void> => {
    const again = await client.jobs.retake(job.id, { fromSeconds: start })
    const still = readStill(job.id)
    if (still !== null) keepStill(again.id, still)
    if (here.current) goTo({ view: 'take', id: again.id })
  }
  return (
    <div class="retake">
      <label for={id}>{say('Keep it up to {place}', { place: words })}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={starts.length - 1}
        step={1}
        value={chosen}
        aria-valuetext={words}
        onInput={({ currentTarget }) => choose(Number(currentTarget.value))}
      />
      <button type="button" onClick={() => void attempt(retake)} disabled={busy}>
        <AgainIcon />
        {say('Render again from here')}
      </button>
      {failure !== null && <Notice failure={failure} />}
    </div>
  )
}

/** In seconds; empty for a video that was rendered in one piece. */
function useWindowStarts({ id, output }: JobResource): readonly number[] {
  const { client } = useHub()
  const [starts, setStarts] = useState<readonly number[]>([])
  const isInWindows = output?.windows !== undefined
  useEffect(() => {
    if (!isInWindows) return
    const stop = new AbortController()
    client.jobs
      .stream(id, { signal: stop.signal })
      .then(({ windows }) => {
        let end = 0
        setStarts(
          windows.map(({ seconds }) => {
            const start = end
            end += seconds
            return start
          }),
        )
      })
      .catch(() => {})
    return () => stop.abort()
  }, [client, id, isInWindows])
  return starts
}
