// A view whose code is fetched when it is opened for the first time.

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { say } from '../language/say.ts'
import { Notice } from './notice.tsx'

interface OnDemandProps {
  readonly load: () => Promise<ComponentType>
}

export function OnDemand({ load }: OnDemandProps) {
  const [View, setView] = useState<ComponentType | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    load().then(
      (loaded) => setView(() => loaded),
      (error) => setFailure(failureOf(error)),
    )
  }, [])
  if (failure !== null) return <Notice failure={failure} />
  return View === null ? <p class="loading">{say('Loading …')}</p> : <View />
}
