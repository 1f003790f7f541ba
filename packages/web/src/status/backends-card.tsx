// The machines that render: what each does, why one is left out, and the memory of its GPU.

import type { BackendResource } from '@infinitetalk/contract'
import { say, sayCount } from '../language/say.ts'
import { sayBytes, sayTime } from '../takes/words.ts'
import { Check } from './check.tsx'

const USABLE = new Set<BackendResource['state']>(['ready', 'busy'])

/** Nothing for a hub that renders by itself. */
export function BackendsCard({ backends }: { readonly backends: readonly BackendResource[] }) {
  if (backends.length === 0) return null
  return (
    <section class="card wide">
      <h2>{say('GPU machines')}</h2>
      <ul class="checks">
        {backends.map((backend) => (
          <Check
            key={`${backend.engine} ${backend.name}`}
            name={backend.name}
            ready={USABLE.has(backend.state)}
            detail={sayBackend(backend, Date.now())}
          />
        ))}
      </ul>
    </section>
  )
}

export function sayBackend(backend: BackendResource, nowMs: number): string {
  const { gpu, version, jobs, failures } = backend
  const free = gpu?.vram_free_bytes ?? null
  const facts = [
    sayState(backend, nowMs),
    gpu === null ? null : gpu.name,
    free === null ? null : say('{size} of GPU memory free', { size: sayBytes(free) }),
    version === null ? null : `ComfyUI ${version}`,
    sayCount(jobs, '{n} job done', '{n} jobs done'),
    failures === 0 ? null : say('{count} failed', { count: failures }),
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}

function sayState({ state, detail, job, left_out_until }: BackendResource, nowMs: number): string {
  switch (state) {
    case 'ready':
      return say('Ready')
    case 'busy':
      return say('Rendering since {time}', { time: sayTime(job?.since ?? '', nowMs) })
    case 'proving':
      return say('Back, its next job decides: {reason}', { reason: detail ?? '' })
    case 'left_out': {
      const seconds = Math.ceil((Date.parse(left_out_until ?? '') - nowMs) / 1000)
      return say('Left out for {seconds} s: {reason}', {
        seconds: Math.max(1, seconds),
        reason: detail ?? '',
      })
    }
    case 'unavailable':
      return detail ?? say('Not available')
  }
}
