// The line beside the button: length and size of the video, how long it takes to render and its cost.
import type { EstimateResource } from '@infinitetalk/contract'
import { sayDuration, sayMoney } from '../takes/words.ts'

export function EstimateLine({ estimate }: { readonly estimate: EstimateResource }) {
  const { width, height, duration_s, seconds, cost, queue_s, windows, saves } = estimate
  const facts = [
    duration_s === null ? null : `${sayDuration(duration_s)} of video`,
    width === null || height === null ? null : `${width} × ${height}`,
    windows === null || windows === 0 ? null : windows === 1 ? '1 window' : `${windows} windows`,
  ].filter((fact) => fact !== null)
  return (
    <div class="estimate">
      <p>
        <strong>
          {seconds === null
            ? 'Ready'
            : `Takes about ${sayDuration(Math.max(1, Math.round(seconds)))}`}
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
