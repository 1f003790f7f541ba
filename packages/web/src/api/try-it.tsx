// Calls an operation with the key of this page, and shows the answer as it came.

import { useEffect, useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { say } from '../language/say.ts'
import { type ApiCall, type ApiParameter, exampleOf } from './open-api.ts'

interface Shown {
  readonly status: string
  readonly body: string
}

const MAX_SHOWN_CHARS = 20_000
/** The simple API answers when the video is ready; a page should not wait longer than a person does. */
const MAX_WAIT_MS = 120_000
/** These have no effect in a browser, or need the browser's own value. */
const isAsked = ({ in: place }: ApiParameter): boolean => place !== 'header'

export function TryIt({ call }: { readonly call: ApiCall }) {
  const hub = useHub()
  const { method, path, operation } = call
  const example = exampleOf(operation)
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [body, setBody] = useState(example === undefined ? null : JSON.stringify(example, null, 2))
  const [shown, setShown] = useState<Shown | null>(null)
  const [stop, setStop] = useState<AbortController | null>(null)
  const busy = stop !== null
  useEffect(() => () => stop?.abort(), [stop])
  const asked = (operation.parameters ?? []).filter(isAsked)
  const send = async (): Promise<void> => {
    const own = new AbortController()
    setStop(own)
    setShown(null)
    const signal = AbortSignal.any([own.signal, AbortSignal.timeout(MAX_WAIT_MS)])
    try {
      const target = targetOf(path, asked, values)
      const response = await hub.fetch(target, {
        method,
        signal,
        ...(body === null ? {} : { body, headers: { 'content-type': 'application/json' } }),
      })
      setShown({ status: `${response.status} ${response.statusText}`, body: await read(response) })
    } catch (error) {
      setShown({ status: say('No answer'), body: sayFailure(error, own.signal) })
    } finally {
      setStop(null)
    }
  }
  return (
    <form
      class="try-it"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h3>{say('Try it')}</h3>
      {asked.map(({ name, in: place, required = false }) => (
        <label key={name} class="field">
          <span class="label">{name}</span>
          <input
            type="text"
            required={required || place === 'path'}
            spellcheck={false}
            value={values[name] ?? ''}
            onInput={({ currentTarget: { value } }) =>
              setValues((before) => ({ ...before, [name]: value }))
            }
          />
        </label>
      ))}
      {body !== null && (
        <label class="field">
          <span class="label">{say('Body')}</span>
          <textarea
            class="mono"
            rows={Math.min(14, body.split('\n').length)}
            spellcheck={false}
            value={body}
            onInput={({ currentTarget }) => setBody(currentTarget.value)}
          />
        </label>
      )}
      <button type="submit" class={method === 'DELETE' ? 'danger' : ''} disabled={busy}>
        {busy ? say('Sending …') : say('Send {method}', { method })}
      </button>
      {stop !== null && (
        <button type="button" class="quiet" onClick={() => stop.abort()}>
          {say('Cancel')}
        </button>
      )}
      {shown !== null && (
        <div role="status">
          <p>
            <strong>{shown.status}</strong>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
          <pre class="command" tabIndex={0}>
            <code>{shown.body}</code>
          </pre>
        </div>
      )}
    </form>
  )
}

function sayFailure(error: unknown, canceled: AbortSignal): string {
  if (canceled.aborted) return say('You canceled the call. The hub may have received it.')
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return say('The hub did not finish its answer within {seconds} s.', {
      seconds: MAX_WAIT_MS / 1000,
    })
  }
  return error instanceof Error ? error.message : String(error)
}

function targetOf(
  path: string,
  parameters: readonly ApiParameter[],
  values: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams()
  let target = path
  for (const { name, in: place } of parameters) {
    const value = values[name] ?? ''
    if (place === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value))
    else if (value !== '') query.set(name, value)
  }
  return query.size === 0 ? target : `${target}?${query}`
}

/** Only the head of what never ends, such as a stream of events. */
async function read(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  if (!/json|text|xml|mpegurl|subrip/.test(type) || type.includes('event-stream')) {
    await response.body?.cancel()
    const bytes = response.headers.get('content-length')
    return bytes === null
      ? say('{type}, unknown number of bytes', { type: type || say('no content') })
      : say('{type}, {bytes} bytes', { type: type || say('no content'), bytes })
  }
  const text = await response.text()
  const pretty = type.includes('json') ? JSON.stringify(JSON.parse(text), null, 2) : text
  return pretty.length > MAX_SHOWN_CHARS ? `${pretty.slice(0, MAX_SHOWN_CHARS)}\n…` : pretty
}
