// A job right after it was accepted, for tests of stores and use cases.
import { createGenerationRequestParser, DEFAULT_REQUEST_BOUNDS } from '@infinitetalk/contract'
import { acceptRequest } from '../../src/domain/generation.ts'
import { jobIdOf, type Sha256 } from '../../src/domain/ids.ts'
import type { Job, JobInput } from '../../src/domain/job.ts'

const parse = createGenerationRequestParser(DEFAULT_REQUEST_BOUNDS)

export const SAMPLE_TIME_MS = Date.UTC(2026, 10, 23)

export function sampleInput(overrides: Partial<JobInput> = {}): JobInput {
  const spec = acceptRequest(
    parse({
      image: { url: 'https://example.com/a.png' },
      audio: { url: 'https://example.com/a.wav' },
    }),
  )
  const visual = blobSource('a'.repeat(64))
  const voices = spec.voices.map((voice) => ({ ...voice, source: blobSource('b'.repeat(64)) }))
  return { ...spec, visual, voices, webhook: null, ...overrides }
}

function blobSource(sha256: string): JobInput['visual'] {
  return {
    kind: 'blob',
    sha256: sha256 as Sha256,
    bytes: 1,
    contentType: null,
    from: 'base64',
    given: null,
  }
}

/** `number` is its place in time: 1 was accepted first. */
export function sampleJob(number: number, overrides: Partial<Job> = {}): Job {
  const createdAtMs = SAMPLE_TIME_MS + number
  return {
    id: jobIdOf(createdAtMs, Buffer.alloc(10, number)),
    ownerKey: 'anonymous',
    status: 'queued',
    version: 1,
    attempt: 0,
    losses: 0,
    crashes: 0,
    input: sampleInput(),
    engine: 'preview',
    expected: { frames: 100, width: 256, height: 256 },
    createdAtMs,
    startedAtMs: null,
    firstStartedAtMs: null,
    finishedAtMs: null,
    expiresAtMs: null,
    startDeadlineMs: null,
    deadlineMs: null,
    cancelRequestedAtMs: null,
    progress: null,
    stageMs: {},
    output: null,
    error: null,
    retryOf: null,
    batchId: null,
    remoteRender: null,
    ...overrides,
  }
}
