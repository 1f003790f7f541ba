// The API for people: every operation of the hub, grouped and searchable, with samples and a form that calls it.

import { useState } from 'preact/hooks'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { say, sayAround, sayCount } from '../language/say.ts'
import { Notice } from '../ui/notice.tsx'
import './api.css'
import { type ApiDocument, callsOf, matches } from './open-api.ts'
import { OperationCard } from './operation-card.tsx'

export function ApiView() {
  const hub = useHub()
  const [search, setSearch] = useState('')
  const ask = async (signal: AbortSignal): Promise<ApiDocument> =>
    (await (await hub.fetch('/openapi.json', { signal })).json()) as ApiDocument
  const { data, failure } = useAnswer(hub, 'openapi', ask)
  if (data === null) {
    return failure === null ? (
      <p class="loading">{say('Loading …')}</p>
    ) : (
      <Notice failure={failure} />
    )
  }
  const found = callsOf(data).filter((call) => matches(call, search))
  const groups = data.tags
    .map((tag) => ({
      tag,
      calls: found.filter(({ operation }) => operation.tags.includes(tag.name)),
    }))
    .filter(({ calls }) => calls.length > 0)
  return (
    <div class="api">
      <header class="takes-head">
        <h1>API</h1>
        <input
          type="search"
          aria-label={say('Search operations')}
          placeholder={say('Search operations')}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </header>
      <p class="muted">
        {sayAround('{count}. For programs: {document}. Without scripts: {docs}.', {
          count: (
            <span role="status">{sayCount(found.length, '{n} operation', '{n} operations')}</span>
          ),
          document: <a href="openapi.json">openapi.json</a>,
          docs: <a href="docs">docs</a>,
        })}
      </p>
      {groups.map(({ tag, calls }) => (
        <section key={tag.name} class="card api-group" aria-labelledby={`tag-${tag.name}`}>
          <h2 id={`tag-${tag.name}`} lang="en">
            {tag.name}
          </h2>
          <p class="muted" lang="en">
            {tag.description}
          </p>
          {calls.map((call) => (
            <OperationCard key={call.operation.operationId} call={call} />
          ))}
        </section>
      ))}
      {groups.length === 0 && <p class="empty">{say('No operation matches.')}</p>}
    </div>
  )
}
