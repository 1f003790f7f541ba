// What the draft would cost, asked of the hub whenever it is whole and has rested for a moment. What the hub would refuse, it
// refuses here already, so the person need not press the button to learn it.
import { AbortedError } from '@infinitetalk/client'
import type { EstimateResource, GenerationRequest } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'

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
    const ask = async (): Promise<void> => {
      try {
        const estimate = await client.estimate(request, { signal: stop.signal })
        setSeen({ estimate, failure: null })
      } catch (error) {
        if (!(error instanceof AbortedError)) setSeen({ estimate: null, failure: failureOf(error) })
      }
    }
    const timer = setTimeout(() => void ask(), SETTLE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [client, request])
  return seen
}
