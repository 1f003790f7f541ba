// The takes that were chosen to be compared.
import { say } from '../language/say.ts'
import { SideBySide } from './side-by-side.tsx'

export function CompareView({ ids }: { readonly ids: readonly string[] }) {
  return (
    <div class="compare">
      <h1>{say('Compare')}</h1>
      <SideBySide ids={ids} />
    </div>
  )
}
