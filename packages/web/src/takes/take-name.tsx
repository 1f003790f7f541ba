// The name of a take, with a button that turns it into a field.

import type { JobResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { say } from '../language/say.ts'
import { EditIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useFocusOnce } from '../ui/use-focus-once.ts'
import { titleOf } from './words.ts'

interface TakeNameProps {
  readonly job: JobResource
  readonly onChanged: (job: JobResource) => void
}

export function TakeName({ job, onChanged }: TakeNameProps) {
  const { client } = useHub()
  const [state, setState] = useState<'shown' | 'edited' | 'closed'>('shown')
  const [failure, setFailure] = useState<Failure | null>(null)
  const rename = async (title: string): Promise<void> => {
    setState('closed')
    setFailure(null)
    if (title === titleOf(job)) return
    try {
      onChanged(await client.jobs.describe(job.id, { title: title === '' ? null : title }))
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  return (
    <>
      {state === 'edited' ? (
        <NameField name={titleOf(job)} onName={rename} onCancel={() => setState('closed')} />
      ) : (
        <div class="take-title-line">
          <h1 class="take-name" dir="auto">
            {titleOf(job)}
          </h1>
          <RenameButton focused={state === 'closed'} onClick={() => setState('edited')} />
        </div>
      )}
      {failure !== null && <Notice failure={failure} />}
    </>
  )
}

/** @param focused the field was closed just now */
function RenameButton({
  focused,
  onClick,
}: {
  readonly focused: boolean
  readonly onClick: () => void
}) {
  const button = useFocusOnce<HTMLButtonElement>(focused)
  return (
    <button
      ref={button}
      type="button"
      class="icon-button quiet"
      title={say('Rename')}
      aria-label={say('Rename this take')}
      onClick={onClick}
    >
      <EditIcon />
    </button>
  )
}

interface NameFieldProps {
  readonly name: string
  readonly onName: (name: string) => Promise<void>
  readonly onCancel: () => void
}

/** Enough for a name; the contract allows more. */
const MAX_CHARS = 200

function NameField({ name, onName, onCancel }: NameFieldProps) {
  const [text, setText] = useState(name.slice(0, MAX_CHARS))
  const field = useFocusOnce<HTMLInputElement>()
  return (
    <form
      class="name-field"
      onSubmit={(event) => {
        event.preventDefault()
        void onName(text.trim())
      }}
      onKeyDown={({ key }) => key === 'Escape' && onCancel()}
    >
      <input
        ref={field}
        type="text"
        dir="auto"
        aria-label={say('Name of the take')}
        maxLength={MAX_CHARS}
        value={text}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="primary">
        {say('Rename')}
      </button>
      <button type="button" class="quiet" onClick={onCancel}>
        {say('Cancel')}
      </button>
    </form>
  )
}
