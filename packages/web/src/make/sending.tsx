// The progress of an upload, and for a large one a way to give it up.
import { say } from '../language/say.ts'
import type { Upload } from './use-upload.ts'

interface SendingProps {
  readonly upload: Upload
  readonly onCancel: () => void
}

export function Sending({ upload, onCancel }: SendingProps) {
  if (upload.status !== 'sending') return null
  if (upload.percent === undefined) return <p class="muted small">{say('Sending to the hub …')}</p>
  return (
    <p class="muted small">
      {say('Sending to the hub …')} {upload.percent} %{' '}
      <button type="button" class="quiet" onClick={onCancel}>
        {say('Cancel')}
      </button>
    </p>
  )
}
