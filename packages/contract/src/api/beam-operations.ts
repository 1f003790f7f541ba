// What clients of a deployment on Beam call, unchanged: its task queue and its endpoint under any name, and the task API.
import {
  type BeamTask,
  beamCancelQuerySchema,
  beamCancelRequestSchema,
  beamDoneSchema,
  beamListQuerySchema,
  beamQueuedSchema,
  beamStoppedSchema,
  beamStopRequestSchema,
  beamTaskListSchema,
  beamTaskSchema,
  beamWorkspaceSchema,
} from '../beam-resource.ts'
import type { GenerationRequestSchema } from '../generation-request.ts'
import { noQuerySchema, simpleQuerySchema } from '../http-queries.ts'
import { simpleVideoSchema } from '../simple-resource.ts'
import { JOB_EXAMPLE, SIMPLE_REQUEST_EXAMPLE, VIDEO_FACTS_EXAMPLE } from './examples.ts'
import { BYTES, jsonContent, operation } from './operation.ts'

const WORKSPACE = { external_id: 'infinitetalk', name: 'infinitetalk' }

const TASK_EXAMPLE: BeamTask = {
  id: JOB_EXAMPLE.id,
  external_id: JOB_EXAMPLE.id,
  status: 'COMPLETE',
  failure_reason: '',
  container_id: '',
  created_at: JOB_EXAMPLE.created_at,
  started_at: JOB_EXAMPLE.started_at,
  ended_at: JOB_EXAMPLE.finished_at,
  updated_at: '2026-11-23T12:00:09.480Z',
  outputs: [
    {
      name: `${JOB_EXAMPLE.id}.mp4`,
      url: `http://127.0.0.1:8787/v1/jobs/${JOB_EXAMPLE.id}/video`,
      expires_in: 3600,
    },
  ],
  result: {
    status: 'success',
    ...VIDEO_FACTS_EXAMPLE,
  },
  stats: { active_containers: 0, queue_depth: 0 },
  stub: {
    id: 'infinitetalk',
    external_id: 'infinitetalk',
    name: 'infinitetalk',
    type: 'taskqueue/deployment',
  },
  app: null,
  deployment: null,
  workspace: WORKSPACE,
}

const IDEMPOTENCY = {
  'Idempotency-Key': 'The same key with the same request is the same task, for a day.',
}
const task = {
  200: { description: 'The task.', content: jsonContent(beamTaskSchema, TASK_EXAMPLE) },
}
const done = { 200: { description: 'Done.', content: jsonContent(beamDoneSchema, {}) } }

export function beamOperations(request: GenerationRequestSchema) {
  const body = { required: true, content: jsonContent(request, SIMPLE_REQUEST_EXAMPLE) }
  const queue = {
    method: 'POST',
    tag: 'beam',
    summary: 'Queue a video',
    description:
      'The name is any: there is one queue. The request may be inside {"kwargs": {...}}. callback_url is refused.',
    query: noQuerySchema,
    headers: IDEMPOTENCY,
    body,
    responses: {
      200: {
        description: 'It waits.',
        headers: {
          'X-Task-Id': 'The task.',
          'Idempotent-Replayed': 'true: the task was there already.',
        },
        content: jsonContent(beamQueuedSchema, { task_id: JOB_EXAMPLE.id }),
      },
    },
  } as const
  const call = {
    method: 'POST',
    tag: 'beam',
    summary: 'Make a video and wait for it',
    description: 'As POST /generate, with the id of the task in a header.',
    query: simpleQuerySchema,
    headers: { Accept: 'video/mp4 for the bytes of the video instead of base64 in JSON.' },
    body,
    responses: {
      200: {
        description: 'The video.',
        headers: { 'X-Task-Id': 'The task that made it.' },
        content: {
          ...jsonContent(simpleVideoSchema, { video: 'AAAAIGZ0eXA=' }),
          'video/mp4': { schema: BYTES },
        },
      },
    },
  } as const
  const warmUp = {
    method: 'POST',
    tag: 'beam',
    summary: 'Ask whether an engine is ready',
    description:
      'Nothing has to be warmed up: the answer is a problem when no engine can work now.',
    query: noQuerySchema,
    responses: done,
  } as const
  const read = {
    method: 'GET',
    tag: 'beam',
    summary: 'Read a task',
    query: noQuerySchema,
    responses: task,
  } as const
  const cancel = {
    method: 'DELETE',
    tag: 'beam',
    summary: 'Cancel tasks',
    description:
      'Those that have ended already stay as they are. An id that is not known is a problem.',
    body: {
      required: false,
      content: jsonContent(beamCancelRequestSchema, { task_ids: [JOB_EXAMPLE.id] }),
    },
    responses: done,
  } as const
  return {
    // Before the versions: `warmup` is none.
    beamQueueWarmUp: operation({ ...warmUp, path: '/taskqueue/{name}/warmup' }),
    beamQueueVersionWarmUp: operation({ ...warmUp, path: '/taskqueue/{name}/{version}/warmup' }),
    beamQueueTasks: operation({
      ...queue,
      path: '/taskqueue/{name}/tasks',
      summary: 'Queue a video: the URL of a stub and its tasks',
    }),
    beamQueue: operation({ ...queue, path: '/taskqueue/{name}' }),
    beamQueueVersion: operation({
      ...queue,
      path: '/taskqueue/{name}/{version}',
      summary: 'Queue a video: latest, v1, or id/STUB',
    }),
    beamCallWarmUp: operation({ ...warmUp, path: '/endpoint/{name}/warmup' }),
    beamCallVersionWarmUp: operation({ ...warmUp, path: '/endpoint/{name}/{version}/warmup' }),
    beamCall: operation({ ...call, path: '/endpoint/{name}' }),
    beamCallVersion: operation({
      ...call,
      path: '/endpoint/{name}/{version}',
      summary: 'Make a video and wait for it: latest, v1, id/STUB or public/STUB',
    }),
    beamGetTask: operation({ ...read, path: '/v2/task/{job_id}/' }),
    beamGetTaskWithoutSlash: operation({ ...read, path: '/v2/task/{job_id}' }),
    beamGetTaskOfWorkspace: operation({ ...read, path: '/api/v1/task/{workspace}/{job_id}' }),
    beamSubscribe: operation({
      method: 'GET',
      path: '/api/v1/task/{workspace}/{job_id}/subscribe',
      tag: 'beam',
      summary: 'Follow a task',
      description:
        'Server-sent events named "status", their data the task: the first at once, then one for each change of its state. ' +
        'The stream ends with the task.',
      query: noQuerySchema,
      responses: {
        200: {
          description: 'The task, each time its state changes.',
          content: { 'text/event-stream': { schema: BYTES } },
        },
      },
    }),
    beamListTasks: operation({
      method: 'GET',
      path: '/api/v1/task/{workspace}',
      tag: 'beam',
      summary: 'List tasks, newest first',
      query: beamListQuerySchema,
      responses: {
        200: {
          description: 'One page.',
          content: jsonContent(beamTaskListSchema, { data: [TASK_EXAMPLE], next: '' }),
        },
      },
    }),
    beamCancelTasks: operation({
      ...cancel,
      path: '/api/v1/task/{workspace}',
      query: beamCancelQuerySchema,
    }),
    beamCancelTasksByBody: operation({ ...cancel, path: '/v2/task/cancel/', query: noQuerySchema }),
    beamStopTasks: operation({
      method: 'POST',
      path: '/api/v1/gateway/tasks/stop',
      tag: 'beam',
      summary: 'Stop tasks',
      description: 'Errors are in the answer, as the gateway tells them.',
      query: noQuerySchema,
      body: {
        required: true,
        content: jsonContent(beamStopRequestSchema, { task_ids: [JOB_EXAMPLE.id] }),
      },
      responses: {
        200: {
          description: 'Whether all of them are, or are being, stopped.',
          content: jsonContent(beamStoppedSchema, { ok: true, errMsg: '' }),
        },
      },
    }),
    beamGetWorkspace: operation({
      method: 'GET',
      path: '/api/v1/workspace/current',
      tag: 'beam',
      summary: 'The workspace of the token: there is one',
      query: noQuerySchema,
      responses: {
        200: {
          description: 'The workspace.',
          content: jsonContent(beamWorkspaceSchema, WORKSPACE),
        },
      },
    }),
  }
}
