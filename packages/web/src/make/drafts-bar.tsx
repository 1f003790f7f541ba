// The drafts of this browser: the name of the open one, the others to go back to, and a new one.
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
            aria-label="Name of this draft"
            placeholder={titleOfDraft(draft) || 'Draft'}
            maxLength={120}
            value={name}
            onInput={({ currentTarget }) => rename(currentTarget.value)}
          />
          <button type="button" onClick={begin}>
            New draft
          </button>
        </>
      )}
      {others.length > 0 && (
        <details class="drafts">
          <summary>
            {others.length === 1 ? '1 other draft' : `${others.length} other drafts`}
          </summary>
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
                  aria-label={`Delete the draft ${nameOf(one)}`}
                  title="Delete"
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
  return draft.name || titleOfDraft(draft) || draft.options.prompt || 'Draft'
}
