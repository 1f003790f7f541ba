// What is wrong with a file, and, where the bytes did not reach the hub or are no longer there, a way to send them once more.
import type { Failure } from '../hub/failure.ts'
import { Notice } from '../ui/notice.tsx'

interface FileNoticeProps {
  readonly failure: Failure
  /** It was not sent at all. */
  readonly unsent: boolean
  /** null: the bytes are not here. */
  readonly onAgain: (() => void) | null
}

/** What the hub says of an upload that it has removed meanwhile. */
const GONE = 'file_not_found'

export function FileNotice({ failure, unsent, onAgain }: FileNoticeProps) {
  const canHelp = onAgain !== null && (unsent || failure.code === GONE)
  return (
    <Notice failure={failure}>
      {canHelp && (
        <button type="button" onClick={onAgain}>
          Send it again
        </button>
      )}
    </Notice>
  )
}
