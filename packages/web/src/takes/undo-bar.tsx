// Says which take is being deleted, and takes it back.
import { say, sayAround } from '../language/say.ts'
import { Notice } from '../ui/notice.tsx'
import { undoDeletion, useDeletions } from './deletions.ts'

export function UndoBar() {
  const deletions = useDeletions()
  const last = deletions.findLast(({ done }) => !done)
  return (
    <div class="undo" role="status">
      {last !== undefined && (
        <div class="card">
          {last.failure === null ? (
            <>
              <span>{sayAround('Deleted: {title}', { title: <bdi>{last.title}</bdi> })}</span>
              <button type="button" onClick={() => undoDeletion(last.id)}>
                {say('Undo')}
              </button>
            </>
          ) : (
            <Notice failure={last.failure}>
              <button type="button" onClick={() => undoDeletion(last.id)}>
                {say('Close')}
              </button>
            </Notice>
          )}
        </div>
      )}
    </div>
  )
}
