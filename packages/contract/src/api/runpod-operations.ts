// What clients of a serverless endpoint of RunPod call, unchanged: as RunPod has it, below /v2 and the id of an endpoint, and
// the same without these, as its local server has it.
import { z } from 'zod'
import type { GenerationRequestSchema } from '../generation-request.ts'
import { noQuerySchema } from '../http-queries.ts'
import {
  type RunpodHealth,
  type RunpodJob,
  runpodHealthSchema,
  runpodJobSchema,
  runpodPolicySchema,
  runpodPurgedSchema,
  runpodStatusQuerySchema,
  runpodStreamSchema,
  runpodWaitQuerySchema,
} from '../runpod-resource.ts'
import { JOB_EXAMPLE, SIMPLE_REQUEST_EXAMPLE, VIDEO_FACTS_EXAMPLE } from './examples.ts'
import { jsonContent, operation } from './operation.ts'

const OUTPUT_EXAMPLE = {
  video_url: `http://127.0.0.1:8787/v1/jobs/${JOB_EXAMPLE.id}/video`,
  ...VIDEO_FACTS_EXAMPLE,
}

const JOB: RunpodJob = {
  id: JOB_EXAMPLE.id,
  status: 'COMPLETED',
  delayTime: 120,
  executionTime: 9360,
  workerId: 'preview',
  output: { ...OUTPUT_EXAMPLE, video: 'AAAAIGZ0eXA=' },
}

const QUEUED: RunpodJob = { id: JOB_EXAMPLE.id, status: 'IN_QUEUE' }

const HEALTH: RunpodHealth = {
  jobs: { completed: 12, failed: 1, inProgress: 1, inQueue: 3, retried: 0 },
  workers: { idle: 0, initializing: 0, ready: 0, running: 1, throttled: 0, unhealthy: 0 },
}

const IDEMPOTENCY = {
  'Idempotency-Key': 'The same key with the same request is the same job, for a day.',
}
const REPLAYED = { 'Idempotent-Replayed': 'true: the job was there already.' }
const PREFIX = '/v2/{endpoint_id}'

const jobAnswer = (description: string, example: RunpodJob) => ({
  200: {
    description,
    content: jsonContent(runpodJobSchema, example),
    ...(example.status === 'IN_QUEUE' ? { headers: REPLAYED } : {}),
  },
})

export function runpodOperations(request: GenerationRequestSchema) {
  const envelope = z
    .strictObject({ input: request, policy: runpodPolicySchema.nullish() })
    .meta({ id: 'RunpodRequest' })
  const body = {
    required: true,
    content: jsonContent(envelope, { input: SIMPLE_REQUEST_EXAMPLE, policy: { ttl: 3_600_000 } }),
  }
  const run = {
    method: 'POST',
    tag: 'runpod',
    summary: 'Submit a job',
    description: 'The id of the endpoint is any but "task". webhook and s3Config are refused.',
    query: noQuerySchema,
    headers: IDEMPOTENCY,
    body,
    responses: jobAnswer('It waits.', QUEUED),
  } as const
  const runSync = {
    ...run,
    summary: 'Submit a job and wait for its end',
    description: 'Answers with the job as it is when the wait is over; it goes on.',
    query: runpodWaitQuerySchema,
    responses: jobAnswer('The job.', JOB),
  } as const
  const read = { method: 'GET', tag: 'runpod', responses: jobAnswer('The job.', JOB) } as const
  const status = { ...read, summary: 'Read a job', query: runpodStatusQuerySchema } as const
  const statusSync = {
    ...read,
    summary: 'Read a job when it has ended',
    query: runpodWaitQuerySchema,
  } as const
  const stream = {
    method: 'GET',
    tag: 'runpod',
    summary: 'Read what a job has put out',
    description:
      'Waits for up to ten seconds. There is one output, at the end: the link to the video.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The state and, at the end, the output.',
        content: jsonContent(runpodStreamSchema, {
          status: 'COMPLETED',
          stream: [{ output: OUTPUT_EXAMPLE }],
        }),
      },
    },
  } as const
  const cancel = {
    method: 'POST',
    tag: 'runpod',
    summary: 'Cancel a job',
    description: 'Answers with the state it is in then; one that has ended stays as it is.',
    query: noQuerySchema,
    responses: jobAnswer('The job.', { ...QUEUED, status: 'CANCELLED', delayTime: 4000 }),
  } as const
  const retry = {
    method: 'POST',
    tag: 'runpod',
    summary: 'Submit the same input again',
    description: 'As a new job with an id of its own.',
    query: noQuerySchema,
    headers: IDEMPOTENCY,
    responses: jobAnswer('The new job.', QUEUED),
  } as const
  const health = {
    method: 'GET',
    tag: 'runpod',
    summary: 'Count jobs and workers',
    query: noQuerySchema,
    responses: {
      200: { description: 'The counts.', content: jsonContent(runpodHealthSchema, HEALTH) },
    },
  } as const
  const purge = {
    method: 'POST',
    tag: 'runpod',
    summary: 'Cancel the jobs of the caller that wait',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'They never start.',
        content: jsonContent(runpodPurgedSchema, { removed: 3, status: 'completed' }),
      },
    },
  } as const
  return {
    runpodRun: operation({ ...run, path: `${PREFIX}/run` }),
    runpodRunLocal: operation({ ...run, path: '/run' }),
    runpodRunSync: operation({ ...runSync, path: `${PREFIX}/runsync` }),
    runpodRunSyncLocal: operation({ ...runSync, path: '/runsync' }),
    runpodStatus: operation({ ...status, path: `${PREFIX}/status/{job_id}` }),
    runpodStatusLocal: operation({ ...status, path: '/status/{job_id}' }),
    runpodStatusSync: operation({ ...statusSync, path: `${PREFIX}/status-sync/{job_id}` }),
    runpodStatusSyncLocal: operation({ ...statusSync, path: '/status-sync/{job_id}' }),
    runpodStream: operation({ ...stream, path: `${PREFIX}/stream/{job_id}` }),
    runpodStreamLocal: operation({ ...stream, path: '/stream/{job_id}' }),
    runpodCancel: operation({ ...cancel, path: `${PREFIX}/cancel/{job_id}` }),
    runpodCancelLocal: operation({ ...cancel, path: '/cancel/{job_id}' }),
    runpodRetry: operation({ ...retry, path: `${PREFIX}/retry/{job_id}` }),
    runpodRetryLocal: operation({ ...retry, path: '/retry/{job_id}' }),
    runpodHealth: operation({ ...health, path: `${PREFIX}/health` }),
    runpodHealthLocal: operation({ ...health, path: '/health' }),
    runpodPurge: operation({ ...purge, path: `${PREFIX}/purge-queue` }),
    runpodPurgeLocal: operation({ ...purge, path: '/purge-queue' }),
  }
}
