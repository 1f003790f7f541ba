// The problem with a file, and a button that sends it again if the hub does not have the bytes.

import type { Failure } from '../hub/failure.ts'
import { say } from '../language/say.ts'
import { Notice } from '../ui/notice.tsx'

interface FileNoticeProps {
  readonly failure: Failure
  /** The file was not sent at all. */
  readonly unsent: boolean
  /** null: the bytes are not here. */
  readonly onAgain: (() => void) | null
}

/** The hub's codes for an upload that it has deleted meanwhile. */
const GONE = 'file_not_found'

export function FileNotice({ failure, unsent, onAgain }: FileNoticeProps) {
  const canHelp = onAgain !== null && (unsent || failure.code === GONE)
  return (
    <Notice failure={failure}>
      {canHelp && (
        <button type="button" onClick={onAgain}>
          {say('Send it again')}
        </button>
      )}
    </Notice>
  )
}
