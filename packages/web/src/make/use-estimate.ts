// The hub's estimate for the draft, asked for when the draft is complete and has not changed for a moment. It also shows early
// what the hub would reject, before anyone presses the button.
import type { EstimateResource, GenerationRequest } from '@infinitetalk/contract'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Failure } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'

export interface Expectation {
  /** While another one is asked for, that of the previous draft. */
  readonly estimate: EstimateResource | null
  /** Whether the estimate is that of the current draft. */
  readonly confirmed: boolean
  readonly failure: Failure | null
}

const SETTLE_MS = 250

export function useEstimate(request: GenerationRequest | null): Expectation {
  const hub = useHub()
  const [settled, setSettled] = useState<GenerationRequest | null>(null)
  const latest = useRef<EstimateResource | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(request), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [request])
  const key = settled === null ? null : `estimate ${JSON.stringify(settled)}`
  const { data, failure } = useAnswer(hub, key, (signal) =>
    hub.client.estimate(settled!, { signal }),
  )
  if (data !== null) latest.current = data
  if (request === null) return { estimate: null, confirmed: false, failure: null }
  const confirmed = settled === request && data !== null && failure === null
  return { estimate: latest.current, confirmed, failure: settled === request ? failure : null }
}
