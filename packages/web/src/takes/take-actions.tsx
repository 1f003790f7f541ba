// What can be done with a take that has ended.
import type { JobResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { drawSeed } from '../make/draw-seed.ts'
import { earlierDraft } from '../make/use-again.ts'
import type { Draft } from '../make/use-draft.ts'
import { ALL_TAKES, goTo, hrefOf } from '../routes.ts'
import {
  AgainIcon,
  CheckIcon,
  CompareIcon,
  DownloadIcon,
  EditIcon,
  LinkIcon,
  TrashIcon,
} from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { keepStill, readStill } from './stills.ts'

const COPIED_MS = 2000

interface TakeActionsProps {
  readonly job: JobResource
  readonly draft: Draft
}

export function TakeActions({ job, draft }: TakeActionsProps) {
  const hub = useHub()
  const { client, localUrl } = hub
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const attempt = (work: () => Promise<void>) => async (): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      await work()
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setBusy(false)
    }
  }
  const retry = attempt(async () => {
    const again = await client.jobs.retry(
      job.id,
      job.status === 'succeeded' ? { seed: drawSeed() } : {},
    )
    const still = readStill(job.id)
    if (still !== null) keepStill(again.id, still)
    goTo({ view: 'take', id: again.id })
  })
  const useAgain = attempt(async () => {
    draft.load(await earlierDraft(hub, job))
    goTo({ view: 'make' })
  })
  const remove = attempt(async () => {
    await client.jobs.delete(job.id)
    goTo(ALL_TAKES)
  })
  const video = job.output?.video
  return (
    <>
      <div class="actions">
        {video !== undefined && (
          <a
            class="button primary"
            href={withDownload(localUrl(video.url))}
            download={`${job.id}.mp4`}
          >
            <DownloadIcon />
            Download
          </a>
        )}
        <button type="button" onClick={() => void retry()} disabled={busy}>
          <AgainIcon />
          {job.status === 'succeeded' ? 'Retry with another seed' : 'Try again'}
        </button>
        <button type="button" onClick={() => void useAgain()} disabled={busy}>
          <EditIcon />
          Use again
        </button>
        {video !== undefined && job.retry_of !== null && (
          <a class="button" href={hrefOf({ view: 'compare', left: job.retry_of, right: job.id })}>
            <CompareIcon />
            Compare with the last
          </a>
        )}
        {video !== undefined && <CopyLink url={localUrl(video.url)} />}
        <DeleteButton onDelete={() => void remove()} disabled={busy} />
      </div>
      {failure !== null && <Notice failure={failure} />}
    </>
  )
}

function CopyLink({ url }: { readonly url: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(url)
    setCopied(true)
    setTimeout(() => setCopied(false), COPIED_MS)
  }
  return (
    <button type="button" onClick={() => void copy()}>
      {copied ? <CheckIcon /> : <LinkIcon />}
      <span aria-live="polite">{copied ? 'Copied' : 'Copy link'}</span>
    </button>
  )
}

interface DeleteButtonProps {
  readonly disabled: boolean
  readonly onDelete: () => void
}

/** Asks once more, in place. */
function DeleteButton({ disabled, onDelete }: DeleteButtonProps) {
  const [asked, setAsked] = useState(false)
  return asked ? (
    <fieldset class="confirm" aria-label="Delete this take?">
      <button type="button" class="danger" onClick={onDelete} disabled={disabled} autofocus>
        Delete for good
      </button>
      <button type="button" class="quiet" onClick={() => setAsked(false)}>
        Keep
      </button>
    </fieldset>
  ) : (
    <button type="button" class="quiet" onClick={() => setAsked(true)} disabled={disabled}>
      <TrashIcon />
      Delete
    </button>
  )
}

function withDownload(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}download=1`
}
