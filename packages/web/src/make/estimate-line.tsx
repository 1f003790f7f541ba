// The line beside the button: length and size of the video, how long it takes to render and its cost.

import type { Size } from '@infinitetalk/arithmetic'
import type { EstimateResource } from '@infinitetalk/contract'
import { say, sayCount } from '../language/say.ts'
import { sayDuration, sayMoney } from '../takes/words.ts'

interface EstimateLineProps {
  /** null until the first answer of the hub. */
  readonly estimate: EstimateResource | null
  /** false: it is that of the previous draft, and another one is asked for. */
  readonly confirmed: boolean
  /** Worked out here, so that it follows every choice at once. */
  readonly size: Size | null
  /** How many videos like this one are made. */
  readonly count: number
}

export function EstimateLine({ estimate, confirmed, size, count }: EstimateLineProps) {
  if (estimate === null) return <p class="muted">{say('Estimating …')}</p>
  const { duration_s, seconds, cost, queue_s, windows, pieces, saves } = estimate
  const { width = null, height = null } = size ?? estimate
  const facts = [
    duration_s === null ? null : say('{time} of video', { time: sayDuration(duration_s) }),
    width === null || height === null ? null : `${width} × ${height}`,
    windows === null || windows === 0 ? null : sayCount(windows, '{n} window', '{n} windows'),
    pieces === undefined ? null : say('{count} pieces at the same time', { count: pieces }),
    confirmed ? null : say('being confirmed …'),
  ].filter((fact) => fact !== null)
  return (
    <div class={`estimate ${confirmed ? '' : 'is-stale'}`} aria-busy={!confirmed}>
      <p>
        <strong>
          {sayTime(seconds, count > 1)}
          {cost !== null &&
            say(', costs {amount}', { amount: sayMoney(cost.amount, cost.currency) })}
        </strong>
        {queue_s !== null &&
          queue_s >= 1 &&
          say(', after {time} in the queue', { time: sayDuration(queue_s) })}
      </p>
      <p class="small muted">{facts.join(' · ')}</p>
      {saves.map((save) => (
        <p key={save} class="small muted save" lang="en">
          {save}
        </p>
      ))}
    </div>
  )
}

/** @param each several videos, and the time is that of one */
function sayTime(seconds: number | null, each: boolean): string {
  if (seconds === null) return say('Ready')
  const time = sayDuration(Math.max(1, Math.round(seconds)))
  return each ? say('Takes about {time} each', { time }) : say('Takes about {time}', { time })
}
