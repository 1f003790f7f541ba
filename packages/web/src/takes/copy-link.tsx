// Copies the link of a video. The link is read anew, because a signed link expires. Browsers do not let a page without TLS write
// to the clipboard; there the link is shown, to be copied by hand.

import { useState } from 'preact/hooks'
import { say } from '../language/say.ts'
import { CheckIcon, LinkIcon } from '../ui/icons.tsx'
import { useFocusOnce } from '../ui/use-focus-once.ts'

const COPIED_MS = 2000

interface CopyLinkProps {
  /** @throws InfiniteTalkError */
  readonly readUrl: () => Promise<string>
  readonly onFailure: (error: unknown) => void
}

export function CopyLink({ readUrl, onFailure }: CopyLinkProps) {
  const [copied, setCopied] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const copy = async (): Promise<void> => {
    const url = await readUrl()
    try {
      await navigator.clipboard.writeText(url)
    } catch {
      setShown(url)
      return
    }
    setCopied(true)
    setTimeout(() => setCopied(false), COPIED_MS)
  }
  return (
    <>
      <button type="button" onClick={() => void copy().catch(onFailure)}>
        {copied ? <CheckIcon /> : <LinkIcon />}
        <span aria-live="polite">{copied ? say('Copied') : say('Copy link')}</span>
      </button>
      {shown !== null && <ShownLink url={shown} />}
    </>
  )
}

function ShownLink({ url }: { readonly url: string }) {
  const field = useFocusOnce<HTMLInputElement>()
  return (
    <input
      ref={field}
      type="text"
      class="shown-link"
      readOnly
      value={url}
      aria-label={say('Link to the video')}
      onFocus={({ currentTarget }) => currentTarget.select()}
    />
  )
}
