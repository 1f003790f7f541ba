// The actions on a take that has ended.

import { InfiniteTalkError } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { useAttempt } from '../hub/use-attempt.ts'
import { say } from '../language/say.ts'
import { drawSeed } from '../make/draw-seed.ts'
import { earlierDraft } from '../make/use-again.ts'
import type { Draft } from '../make/use-draft.ts'
import { ALL_TAKES, changeTo, goTo, hrefOf } from '../routes.ts'
import { AgainIcon, CompareIcon, DownloadIcon, EditIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useHere } from '../ui/use-here.ts'
import { CopyLink } from './copy-link.tsx'
import { DeleteButton } from './delete-button.tsx'
import { KeepToggle } from './keep-toggle.tsx'
import { keepStill, readStill } from './stills.ts'
import { titleOf } from './words.ts'

interface TakeActionsProps {
  readonly job: JobResource
  readonly draft: Draft
}

export function TakeActions({ job, draft }: TakeActionsProps) {
  const hub = useHub()
  const { client, localUrl } = hub
  const { busy, failure, setFailure, attempt } = useAttempt()
  const [expiresAt, setExpiresAt] = useState(job.expires_at)
  // The choice is shown at once, before the hub has answered.
  const [wanted, setWanted] = useState<boolean | null>(null)
  const here = useHere()
  const retry = async (): Promise<void> => {
    const again = await client.jobs.retry(
      job.id,
      job.status === 'succeeded' ? { seed: drawSeed() } : {},
    )
    const still = readStill(job.id)
    if (still !== null) keepStill(again.id, still)
    if (here.current) goTo({ view: 'take', id: again.id })
  }
  const useAgain = async (): Promise<void> => {
    const earlier = await earlierDraft(hub, job)
    if (!here.current) return
    // The open draft stays as it is.
    draft.kept.begin()
    draft.load(earlier)
    goTo({ view: 'make' })
  }
  const remove = async (): Promise<void> => {
    await client.jobs.delete(job.id).catch((error: unknown) => {
      // Another tab may have deleted it first.
      if (!(error instanceof InfiniteTalkError && GONE.has(error.code ?? ''))) throw error
    })
    // Replaces the address: Back must not lead to a deleted take.
    if (here.current) changeTo(ALL_TAKES)
  }
  const keep = async (kept: boolean): Promise<void> => {
    setWanted(kept)
    await attempt(async () => setExpiresAt((await client.jobs.keep(job.id, kept)).expires_at))
    setWanted(null)
  }
  const readUrl = async (): Promise<string> => {
    const { output } = await client.jobs.get(job.id)
    return localUrl(output?.video.url ?? '')
  }
  const download = async (): Promise<void> => window.location.assign(withDownload(await readUrl()))
  const video = job.output?.video
  // The same request fails again: what helps is to change it.
  const needsChange = job.error !== null && !job.error.retryable
  const first = video === undefined ? 'primary' : ''
  const again = (
    <button
      key="again"
      type="button"
      class={needsChange ? '' : first}
      onClick={() => void attempt(retry)}
      disabled={busy}
    >
      <AgainIcon />
      {job.status === 'succeeded' ? say('Retry with another seed') : say('Retry')}
    </button>
  )
  const change = (
    <button
      key="change"
      type="button"
      class={needsChange ? first : ''}
      onClick={() => void attempt(useAgain)}
      disabled={busy}
    >
      <EditIcon />
      {needsChange ? say('Change it') : say('Use again')}
    </button>
  )
  return (
    <>
      <div class="actions">
        {video !== undefined && (
          <a
            class="button primary"
            href={withDownload(localUrl(video.url))}
            download={`${titleOf(job)}.mp4`}
            onClick={(event) => {
              if (!hasRunOut(video.url)) return
              event.preventDefault()
              void attempt(download)
            }}
          >
            <DownloadIcon />
            {say('Download')}
          </a>
        )}
        {needsChange ? [change, again] : [again, change]}
        {video !== undefined && job.retry_of !== null && (
          <a class="button" href={hrefOf({ view: 'compare', ids: [job.retry_of, job.id] })}>
            <CompareIcon />
            {say('Compare with the original')}
          </a>
        )}
        {video !== undefined && (
          <CopyLink readUrl={readUrl} onFailure={(error) => setFailure(failureOf(error))} />
        )}
        <DeleteButton onDelete={() => void attempt(remove)} disabled={busy} />
      </div>
      <KeepToggle
        kept={wanted ?? expiresAt === null}
        expiresAt={expiresAt}
        disabled={busy}
        onChange={(kept) => void keep(kept)}
      />
      {failure !== null && <Notice failure={failure} />}
    </>
  )
}

const GONE = new Set(['job_not_found', 'job_expired'])

/** Whether a signed link has expired. */
function hasRunOut(url: string): boolean {
  const expires = new URL(url, window.location.href).searchParams.get('expires')
  return expires !== null && Number(expires) * 1000 <= Date.now()
}

function withDownload(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}download=1`
}
