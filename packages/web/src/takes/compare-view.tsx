// The takes that were chosen to be compared.
import { SideBySide } from './side-by-side.tsx'

export function CompareView({ ids }: { readonly ids: readonly string[] }) {
  return (
    <div class="compare">
      <h1>Compare</h1>
      <SideBySide ids={ids} />
    </div>
  )
}
