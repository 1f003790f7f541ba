// Reuse of finished videos: a request that asks for it gets the video of an earlier job of the same key with the same content and
// the same parameters, as a job of its own that has already ended.
import { createHash } from 'node:crypto'
import type { Job, JobInput, JobSource } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import { announceEnd } from '../webhooks/announce-end.ts'
import { stableJson } from './request-fingerprint.ts'

export type ReusePorts = Pick<
  HubPorts,
  'jobs' | 'events' | 'references' | 'clock' | 'deliveries' | 'webhooks' | 'ids' | 'limits'
>

/**
 * The name of everything that shapes the video. The seed counts as it was asked for: two requests without one are the same.
 *
 * @returns null when the content behind a URL is not known
 */
export function reuseKeyOf(input: JobInput, engine: string): string | null {
  if (hasUrl(input)) return null
  const { priority, startWithinSeconds, deadlineSeconds, reuse, metadata, ...rest } = input
  const { keep, webhook, explicit, ...shaping } = rest
  const voices = input.voices.map((voice) => ({ ...voice, source: contentOf(voice.source) }))
  const meaning = { ...shaping, engine, visual: contentOf(input.visual), voices }
  return createHash('sha256').update(stableJson(meaning)).digest('hex')
}

function hasUrl({ visual, voices }: JobInput): boolean {
  return [visual, ...voices.map(({ source }) => source)].some(({ kind }) => kind === 'url')
}

function contentOf(source: JobSource): string {
  return source.kind === 'blob' ? source.sha256 : source.url
}

/** The earlier job whose video a request gets; null when it asks for none, or there is none. */
export async function findReusable(
  tx: Transaction,
  ownerKey: string,
  input: JobInput,
  engine: string,
  { jobs }: Pick<ReusePorts, 'jobs'>,
): Promise<Job | null> {
  const reuseKey = input.reuse ? reuseKeyOf(input, engine) : null
  return reuseKey === null ? null : jobs.findVideo(tx, ownerKey, reuseKey)
}

/** Writes a new job that has ended, in the transaction that accepts it. Both jobs hold the video, so either may be deleted. */
export async function createReused(
  tx: Transaction,
  fresh: Job,
  earlier: Job,
  ports: ReusePorts,
): Promise<Job> {
  const { id, createdAtMs } = fresh
  const output = earlier.output!
  const job: Job = {
    ...fresh,
    status: 'succeeded',
    finishedAtMs: createdAtMs,
    expiresAtMs: fresh.input.keep ? null : createdAtMs + ports.limits.retentionMs,
    expected: earlier.expected,
    output: { ...output, reusedFrom: output.reusedFrom ?? earlier.id },
  }
  await ports.jobs.insert(tx, job, reuseKeyOf(job.input, job.engine))
  const { video, poster } = output
  for (const blob of poster === null ? [video] : [video, poster]) {
    await ports.references.add(tx, blob.sha256, { kind: 'job', id })
  }
  const { sha256, bytes, seconds } = video
  const at = { jobId: id, attempt: 0, atMs: createdAtMs }
  await ports.events.append(tx, { ...at, body: { type: 'queued' } })
  const body = { type: 'succeeded', video: { sha256, bytes, seconds } } as const
  await ports.events.append(tx, { ...at, body })
  await announceEnd(tx, job, ports)
  return job
}
