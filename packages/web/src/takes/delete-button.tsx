// Deletes a take after a second click on a question that replaces the button and gets the focus.

import { useState } from 'preact/hooks'
import { say } from '../language/say.ts'
import { TrashIcon } from '../ui/icons.tsx'
import { useFocusOnce } from '../ui/use-focus-once.ts'

interface DeleteButtonProps {
  readonly disabled: boolean
  readonly onDelete: () => void
}

export function DeleteButton({ disabled, onDelete }: DeleteButtonProps) {
  const [asked, setAsked] = useState<'not yet' | 'now' | 'before'>('not yet')
  return asked === 'now' ? (
    <Question disabled={disabled} onDelete={onDelete} onKeep={() => setAsked('before')} />
  ) : (
    <Ask disabled={disabled} wasAsked={asked === 'before'} onAsk={() => setAsked('now')} />
  )
}

interface AskProps {
  readonly disabled: boolean
  readonly wasAsked: boolean
  readonly onAsk: () => void
}

function Ask({ disabled, wasAsked, onAsk }: AskProps) {
  const button = useFocusOnce<HTMLButtonElement>(wasAsked)
  return (
    <button ref={button} type="button" class="quiet" onClick={onAsk} disabled={disabled}>
      <TrashIcon />
      {say('Delete')}
    </button>
  )
}

function Question({ disabled, onDelete, onKeep }: DeleteButtonProps & { onKeep: () => void }) {
  const button = useFocusOnce<HTMLButtonElement>()
  return (
    <fieldset class="confirm" aria-label={say('Delete this take?')}>
      <button ref={button} type="button" class="danger" onClick={onDelete} disabled={disabled}>
        {say('Delete for good')}
      </button>
      <button type="button" class="quiet" onClick={onKeep}>
        {say('Keep')}
      </button>
    </fieldset>
  )
}
