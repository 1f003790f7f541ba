// The line beside the button: length and size of the video, how long it takes to render and its cost.
import type { Size } from '@infinitetalk/arithmetic'
import type { EstimateResource } from '@infinitetalk/contract'
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
  if (estimate === null) return <p class="muted">Estimating …</p>
  const { duration_s, seconds, cost, queue_s, windows, pieces, saves } = estimate
  const { width = null, height = null } = size ?? estimate
  const facts = [
    duration_s === null ? null : `${sayDuration(duration_s)} of video`,
    width === null || height === null ? null : `${width} × ${height}`,
    windows === null || windows === 0 ? null : windows === 1 ? '1 window' : `${windows} windows`,
    pieces === undefined ? null : `${pieces} pieces at the same time`,
    confirmed ? null : 'being confirmed …',
  ].filter((fact) => fact !== null)
  return (
    <div class={`estimate ${confirmed ? '' : 'is-stale'}`} aria-busy={!confirmed}>
      <p>
        <strong>
          {seconds === null
            ? 'Ready'
            : `Takes about ${sayDuration(Math.max(1, Math.round(seconds)))}`}
          {count > 1 && ' each'}
          {cost !== null && `, costs ${sayMoney(cost.amount, cost.currency)}`}
        </strong>
        {queue_s !== null && queue_s >= 1 && `, after ${sayDuration(queue_s)} in the queue`}
      </p>
      <p class="small muted">{facts.join(' · ')}</p>
      {saves.map((save) => (
        <p key={save} class="small muted save">
          {save}
        </p>
      ))}
    </div>
  )
}
