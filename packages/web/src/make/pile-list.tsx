// The further voices of a draft: how far each is sent, and a button that removes it.
import { CrossIcon } from '../ui/icons.tsx'
import type { VoicePile } from './use-voice-pile.ts'

export function PileList({ pile }: { readonly pile: VoicePile }) {
  const { voices } = pile
  if (voices.length === 0) return null
  const failed = voices.filter(({ upload }) => upload.status === 'failed').length
  return (
    <details class="pile" open={voices.length <= 5 || failed > 0}>
      <summary>
        {voices.length === 1
          ? 'One more voice, for a video of its own'
          : `${voices.length} more voices, each for a video of its own`}
      </summary>
      <ul>
        {voices.map(({ medium, upload }, index) => (
          <li key={index}>
            <span class="file-name">{medium.name}</span>
            {upload.status === 'failed' ? (
              <span class="small silent">{upload.failure.message}</span>
            ) : (
              <span class="small muted">{upload.status === 'ready' ? 'Ready' : 'Sending …'}</span>
            )}
            <button
              type="button"
              class="icon-button quiet"
              aria-label={`Remove ${medium.name}`}
              onClick={() => pile.remove(medium)}
            >
              <CrossIcon />
            </button>
          </li>
        ))}
      </ul>
      <p class="pile-actions">
        <button type="button" class="link small" onClick={pile.clear}>
          Remove all of them
        </button>
        {failed > 0 && (
          <button type="button" class="link small" onClick={pile.sendAgain}>
            Send again
          </button>
        )}
      </p>
    </details>
  )
}
