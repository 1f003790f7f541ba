// The further voices of a draft: how far each is sent, and a button that removes it.
import { say, sayCount } from '../language/say.ts'
import { CrossIcon } from '../ui/icons.tsx'
import type { VoicePile } from './use-voice-pile.ts'

export function PileList({ pile }: { readonly pile: VoicePile }) {
  const { voices, lost } = pile
  return (
    <>
      {lost.length > 0 && (
        <p class="small pile-lost" role="status">
          {say('Too large for this browser to keep: {names}. Choose them again.', {
            names: lost.join(', '),
          })}
        </p>
      )}
      {voices.length > 0 && <Voices pile={pile} />}
    </>
  )
}

function Voices({ pile }: { readonly pile: VoicePile }) {
  const { voices } = pile
  const failed = voices.filter(({ upload }) => upload.status === 'failed').length
  return (
    <details class="pile" open={voices.length <= 5 || failed > 0}>
      <summary>
        {sayCount(
          voices.length,
          'One more voice, for a video of its own',
          '{n} more voices, each for a video of its own',
        )}
      </summary>
      <ul>
        {voices.map(({ medium, upload }, index) => (
          <li key={index}>
            <span class="file-name">{medium.name}</span>
            {upload.status === 'failed' ? (
              <span class="small silent" lang={upload.failure.isEnglish ? 'en' : undefined}>
                {upload.failure.message}
              </span>
            ) : (
              <span class="small muted">
                {upload.status === 'ready' ? say('Ready') : say('Sending …')}
              </span>
            )}
            <button
              type="button"
              class="icon-button quiet"
              aria-label={say('Remove {name}', { name: medium.name })}
              onClick={() => pile.remove(medium)}
            >
              <CrossIcon />
            </button>
          </li>
        ))}
      </ul>
      <p class="pile-actions">
        <button type="button" class="link small" onClick={pile.clear}>
          {say('Remove all of them')}
        </button>
        {failed > 0 && (
          <button type="button" class="link small" onClick={pile.sendAgain}>
            {say('Send again')}
          </button>
        )}
      </p>
    </details>
  )
}
