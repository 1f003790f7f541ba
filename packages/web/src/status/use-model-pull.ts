// The pull of models by the hub, for keys that may start it.
import type { ModelPullResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'

export interface PullOfModels {
  /** false: only an admin key may pull. */
  readonly isAllowed: boolean
  /** null until it is known. */
  readonly state: ModelPullResource | null
  readonly failure: Failure | null
  start(set: string): Promise<void>
  cancel(): Promise<void>
}

const BUSY_MS = 1000
const CALM_MS = 10_000

export function useModelPull(): PullOfModels {
  const hub = useHub()
  const { client } = hub
  const limits = useAnswer(hub, 'limits', (signal) => client.limits({ signal }))
  const isAllowed = limits.data?.key.admin === true
  const [isBusy, setBusy] = useState(false)
  const [answered, setAnswered] = useState<ModelPullResource | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const ask = async (signal: AbortSignal): Promise<ModelPullResource> => {
    const pull = await client.modelPull({ signal })
    setBusy(isActive(pull))
    setAnswered(null)
    return pull
  }
  const { data } = useAnswer(hub, isAllowed ? 'model pull' : null, ask, isBusy ? BUSY_MS : CALM_MS)
  const attempt = async (work: () => Promise<ModelPullResource>): Promise<void> => {
    setFailure(null)
    try {
      setAnswered(await work())
      setBusy(true)
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  return {
    isAllowed,
    state: answered ?? data,
    failure,
    start: (set) => attempt(() => client.pullModels({ sets: [set] })),
    cancel: () => attempt(() => client.cancelModelPull()),
  }
}

export function isActive({ status }: ModelPullResource): boolean {
  return status === 'running' || status === 'canceling'
}
