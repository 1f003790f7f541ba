// The API of a serverless endpoint on RunPod, for its existing clients. Each operation has two paths: below /v2 and the id of
// an endpoint, as on RunPod, and at the root, as on RunPod's local server.
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
  'Idempotency-Key': 'Repeating a request with the same key within a day returns the same job.',
}
const REPLAYED = { 'Idempotent-Replayed': 'true: the job existed already.' }
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
    description: 'The endpoint id is any word except "task". s3Config is rejected.',
    query: noQuerySchema,
    headers: IDEMPOTENCY,
    body,
    responses: jobAnswer('The queued job.', QUEUED),
  } as const
  return {
    runpodRun: operation({
      ...run,
      path: `${PREFIX}/run`,
      aliases: { runpodRunLocal: '/run' },
    }),
    runpodRunSync: operation({
      ...run,
      path: `${PREFIX}/runsync`,
      aliases: { runpodRunSyncLocal: '/runsync' },
      summary: 'Submit a job and wait for its end',
      description: 'Answers with the state of the job when the wait is over; the job continues.',
      query: runpodWaitQuerySchema,
      responses: jobAnswer('The job.', JOB),
    }),
    runpodStatus: operation({
      method: 'GET',
      path: `${PREFIX}/status/{job_id}`,
      aliases: { runpodStatusLocal: '/status/{job_id}' },
      tag: 'runpod',
      summary: 'Read a job',
      description: 'A job as RunPod shows it.',
      query: runpodStatusQuerySchema,
      responses: jobAnswer('The job.', JOB),
    }),
    runpodStatusSync: operation({
      method: 'GET',
      path: `${PREFIX}/status-sync/{job_id}`,
      aliases: { runpodStatusSyncLocal: '/status-sync/{job_id}' },
      tag: 'runpod',
      summary: 'Read a job when it has finished',
      description: 'Waits for the end of the job, then answers as a job of RunPod.',
      query: runpodWaitQuerySchema,
      responses: jobAnswer('The job.', JOB),
    }),
    runpodStream: operation({
      method: 'GET',
      path: `${PREFIX}/stream/{job_id}`,
      aliases: { runpodStreamLocal: '/stream/{job_id}' },
      tag: 'runpod',
      summary: 'Read the output of a job as a stream',
      description: 'Waits up to 10 s. The only output is the link to the video, at the end.',
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
    }),
    runpodCancel: operation({
      method: 'POST',
      path: `${PREFIX}/cancel/{job_id}`,
      aliases: { runpodCancelLocal: '/cancel/{job_id}' },
      tag: 'runpod',
      summary: 'Cancel a job',
      description: 'Answers with its new state. A finished job stays unchanged.',
      query: noQuerySchema,
      responses: jobAnswer('The job.', { ...QUEUED, status: 'CANCELLED', delayTime: 4000 }),
    }),
    runpodRetry: operation({
      method: 'POST',
      path: `${PREFIX}/retry/{job_id}`,
      aliases: { runpodRetryLocal: '/retry/{job_id}' },
      tag: 'runpod',
      summary: 'Submit the same input again',
      description: 'Makes a new job with its own id.',
      query: noQuerySchema,
      headers: IDEMPOTENCY,
      responses: jobAnswer('The new job.', QUEUED),
    }),
    runpodHealth: operation({
      method: 'GET',
      path: `${PREFIX}/health`,
      aliases: { runpodHealthLocal: '/health' },
      tag: 'runpod',
      summary: 'Count jobs and workers',
      description: 'How many jobs wait, run and have ended, as RunPod counts them.',
      query: noQuerySchema,
      responses: {
        200: { description: 'The counts.', content: jsonContent(runpodHealthSchema, HEALTH) },
      },
    }),
    runpodPurge: operation({
      method: 'POST',
      path: `${PREFIX}/purge-queue`,
      aliases: { runpodPurgeLocal: '/purge-queue' },
      tag: 'runpod',
      summary: 'Cancel the waiting jobs of the caller',
      description: 'Jobs that run already continue.',
      query: noQuerySchema,
      responses: {
        200: {
          description: 'The number of canceled jobs.',
          content: jsonContent(runpodPurgedSchema, { removed: 3, status: 'completed' }),
        },
      },
    }),
  }
}
