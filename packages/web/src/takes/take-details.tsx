// All details of a take.

import { describeMemoryStep, type MemoryStepResource } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { say, sayCount } from '../language/say.ts'
import { sayBytes, sayDuration, sayStage } from './words.ts'

export function TakeDetails({ job }: { readonly job: JobResource }) {
  return (
    <aside class="details card" aria-label={say('Details')}>
      <dl>
        {factsOf(job).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <MemorySteps steps={job.output?.memory_ladder ?? []} />
      <details>
        <summary>{say('All parameters')}</summary>
        <dl>
          {Object.entries(job.input)
            .filter(([, value]) => isSet(value))
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
              </div>
            ))}
        </dl>
      </details>
      <p class="small muted mono">{job.id}</p>
    </aside>
  )
}

function MemorySteps({ steps }: { readonly steps: readonly MemoryStepResource[] }) {
  if (steps.length === 0) return null
  return (
    <ul class="small muted" lang="en" aria-label={say('When memory ran out')}>
      {steps.map((step) => {
        const text = describeMemoryStep(step)
        return <li key={text}>{text}</li>
      })}
    </ul>
  )
}

function isSet(value: unknown): boolean {
  return value !== null && !(Array.isArray(value) && value.length === 0)
}

function factsOf({
  output,
  timings,
  retry_of,
}: JobResource): readonly (readonly [string, string])[] {
  const facts: [string, string][] = []
  if (output !== null) {
    const { video, seed, engine } = output
    facts.push([say('Length'), sayDuration(video.duration_s)])
    facts.push([
      say('Size'),
      `${video.width} × ${video.height}, ${sayCount(video.frames, '{n} frame', '{n} frames')}`,
    ])
    facts.push([say('File'), sayBytes(video.bytes)])
    facts.push([say('Seed'), String(seed)], [say('Engine'), engine])
  }
  facts.push([say('Waited'), sayDuration(timings.queued_s)])
  if (timings.running_s !== null) facts.push([say('Rendered in'), sayDuration(timings.running_s)])
  for (const [stage, seconds] of Object.entries(timings.stages)) {
    if (seconds >= 0.05) facts.push([`– ${sayStage(stage)}`, sayDuration(seconds)])
  }
  if (retry_of !== null) facts.push([say('Retry of'), retry_of])
  return facts
}
