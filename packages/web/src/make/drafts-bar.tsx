// The drafts of this browser: the name of the open one, the others to go back to, and a new one.
import { say, sayCount } from '../language/say.ts'
import { sayTime } from '../takes/words.ts'
import { TrashIcon } from '../ui/icons.tsx'
import type { KeptDraft } from './kept-drafts.ts'
import { titleOfDraft } from './title-of-draft.ts'
import type { Draft } from './use-draft.ts'

export function DraftsBar({ draft }: { readonly draft: Draft }) {
  const { name, others, rename, begin, open, drop } = draft.kept
  const isEmpty = draft.visual === null && draft.voices.every(({ medium }) => medium === null)
  if (isEmpty && others.length === 0) return null
  return (
    <div class="drafts-bar">
      {!isEmpty && (
        <>
          <input
            type="text"
            class="draft-name"
            dir="auto"
            aria-label={say('Name of this draft')}
            placeholder={titleOfDraft(draft) || say('Draft')}
            maxLength={120}
            value={name}
            onInput={({ currentTarget }) => rename(currentTarget.value)}
          />
          <button type="button" onClick={begin}>
            {say('New draft')}
          </button>
        </>
      )}
      {others.length > 0 && (
        <details class="drafts">
          <summary>{sayCount(others.length, '{n} other draft', '{n} other drafts')}</summary>
          <ul>
            {others.map((one) => (
              <li key={one.id}>
                <button type="button" class="draft-open quiet" onClick={() => open(one)}>
                  <span dir="auto">{nameOf(one)}</span>
                  <span class="small">
                    {sayTime(new Date(one.changedAtMs).toISOString(), Date.now())}
                  </span>
                </button>
                <button
                  type="button"
                  class="icon-button quiet"
                  aria-label={say('Delete the draft {name}', { name: nameOf(one) })}
                  title={say('Delete')}
                  onClick={() => drop(one.id)}
                >
                  <TrashIcon />
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function nameOf(draft: KeptDraft): string {
  return draft.name || titleOfDraft(draft) || draft.options.prompt || say('Draft')
}
