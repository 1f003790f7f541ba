// Starts the pull of a set, shows how far it is, and cancels it. Without the right to pull: the command.

import type { ModelPullResource } from '@infinitetalk/contract'
import { say, sayCount, type Words } from '../language/say.ts'
import { sayBytes, sayLeft } from '../takes/words.ts'
import { DownloadIcon, StopIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { isActive, type PullOfModels } from './use-model-pull.ts'

interface ModelPullBarProps {
  readonly set: string
  readonly missingBytes: number
  readonly pull: PullOfModels
}

export function ModelPullBar({ set, missingBytes, pull }: ModelPullBarProps) {
  const { isAllowed, state, failure } = pull
  if (!isAllowed) {
    return missingBytes === 0 ? null : (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      <pre class="command" tabIndex={0}>
        <code>npx infinitetalk models pull --set {set}</code>
      </pre>
    )
  }
  return (
    <div class="model-pull">
      {state !== null && isActive(state) ? (
        <Running state={state} onCancel={() => void pull.cancel()} />
      ) : (
        <>
          {missingBytes > 0 && (
            <p>
              <button type="button" class="primary" onClick={() => void pull.start(set)}>
                <DownloadIcon />
                {say('Download {size} to the hub', { size: sayBytes(missingBytes) })}
              </button>
            </p>
          )}
          {state !== null && <Ended state={state} />}
        </>
      )}
      {failure !== null && <Notice failure={failure} />}
    </div>
  )
}

function Running({
  state,
  onCancel,
}: {
  readonly state: ModelPullResource
  readonly onCancel: () => void
}) {
  const { done_bytes, total_bytes, bytes_per_second, eta_s, files, status } = state
  const isStopping = status === 'canceling'
  const facts = [
    total_bytes === 0
      ? say('Looking the files up')
      : say('{part} of {whole}', { part: sayBytes(done_bytes), whole: sayBytes(total_bytes) }),
    bytes_per_second === null ? null : say('{size} a second', { size: sayBytes(bytes_per_second) }),
    eta_s === null || total_bytes === 0 ? null : sayLeft(eta_s),
  ].filter((fact) => fact !== null)
  return (
    <>
      <progress
        max={Math.max(1, total_bytes)}
        value={total_bytes === 0 ? undefined : done_bytes}
        aria-label={say('Progress of the download')}
      />
      <p class="model-pull-line">
        <button type="button" aria-disabled={isStopping} onClick={() => !isStopping && onCancel()}>
          <StopIcon />
          {isStopping ? say('Stopping') : say('Cancel')}
        </button>
        <span class="muted">{facts.join(', ')}</span>
      </p>
      <ul class="small muted">
        {files.map(({ model, stage, done_bytes: done, total_bytes: total, waiting }) => (
          <li key={model}>
            {model}:{' '}
            {waiting ??
              `${say(STAGES[stage])}, ${say('{part} of {whole}', { part: sayBytes(done), whole: sayBytes(total) })}`}
          </li>
        ))}
      </ul>
    </>
  )
}

const STAGES = {
  looking_up: 'looking it up',
  downloading: 'downloading',
  verifying: 'verifying',
} as const satisfies Record<string, Words>

function Ended({ state }: { readonly state: ModelPullResource }) {
  const { status, pulled, failures, error } = state
  if (status === 'canceled') {
    return <p class="muted">{say('Canceled. The next download resumes where this one stopped.')}</p>
  }
  if (status === 'succeeded' && pulled.length > 0) {
    return (
      <p role="status">
        {sayCount(
          pulled.length,
          'One file downloaded and verified.',
          '{n} files downloaded and verified.',
        )}
      </p>
    )
  }
  if (status !== 'failed' || error === null) return null
  const { message, hint, code } = error
  return (
    <Notice failure={{ message, hint, code, pointer: null, requestId: null, isEnglish: true }}>
      {failures.length > 1 && (
        <ul lang="en">
          {failures.map(({ model, detail }) => (
            <li key={model}>
              {model}: {detail}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  )
}
