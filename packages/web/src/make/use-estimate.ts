// The hub's estimate for the draft, asked for when the draft is complete and has not changed for a moment. It also shows early
// what the hub would reject, before anyone presses the button.
import { AbortedError } from '@infinitetalk/client'
import type { EstimateResource, GenerationRequest } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { untilAnswered } from '../hub/until-answered.ts'

export interface Expectation {
  readonly estimate: EstimateResource | null
  readonly failure: Failure | null
}

const SETTLE_MS = 250

export function useEstimate(request: GenerationRequest | null): Expectation {
  const { client } = useHub()
  const [seen, setSeen] = useState<Expectation>({ estimate: null, failure: null })
  useEffect(() => {
    if (request === null) {
      setSeen({ estimate: null, failure: null })
      return
    }
    const stop = new AbortController()
    const { signal } = stop
    const fail = (error: unknown): void => {
      if (!(error instanceof AbortedError)) setSeen({ estimate: null, failure: failureOf(error) })
    }
    const ask = (): void => {
      untilAnswered(() => client.estimate(request, { signal }), signal, fail).then(
        (estimate) => setSeen({ estimate, failure: null }),
        fail,
      )
    }
    const timer = setTimeout(ask, SETTLE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [client, request])
  return seen
}
