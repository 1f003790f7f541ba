// The API of a deployment on Beam, for its existing clients: task queue and endpoint under any name, and the task API.
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
  'Idempotency-Key': 'Repeating a request with the same key within a day returns the same task.',
}
const task = {
  200: { description: 'The task.', content: jsonContent(beamTaskSchema, TASK_EXAMPLE) },
}
const done = { 200: { description: 'Done.', content: jsonContent(beamDoneSchema, {}) } }

export function beamOperations(request: GenerationRequestSchema) {
  const body = { required: true, content: jsonContent(request, SIMPLE_REQUEST_EXAMPLE) }
  const cancel = {
    method: 'DELETE',
    tag: 'beam',
    summary: 'Cancel tasks',
    description: 'Finished tasks stay unchanged. An unknown id is an error.',
    body: {
      required: false,
      content: jsonContent(beamCancelRequestSchema, { task_ids: [JOB_EXAMPLE.id] }),
    },
    responses: done,
  } as const
  return {
    // Before the versions, because `warmup` is not a version.
    beamWarmUp: operation({
      method: 'POST',
      path: '/taskqueue/{name}/warmup',
      aliases: {
        beamQueueVersionWarmUp: '/taskqueue/{name}/{version}/warmup',
        beamCallWarmUp: '/endpoint/{name}/warmup',
        beamCallVersionWarmUp: '/endpoint/{name}/{version}/warmup',
      },
      tag: 'beam',
      summary: 'Ask whether an engine is ready',
      description: 'Starts nothing. Answers with an error when no engine is ready.',
      query: noQuerySchema,
      responses: done,
    }),
    beamQueue: operation({
      method: 'POST',
      path: '/taskqueue/{name}',
      aliases: {
        // Before the versions, because `tasks` is not a version.
        beamQueueTasks: '/taskqueue/{name}/tasks',
        beamQueueVersion: '/taskqueue/{name}/{version}',
      },
      tag: 'beam',
      summary: 'Queue a video',
      description:
        'Any name works, because the hub has one queue. The version is latest or a number such as v1; the path may also ' +
        'be id/STUB or STUB/tasks. The request may be inside {"kwargs": {...}}. callback_url is rejected.',
      query: noQuerySchema,
      headers: IDEMPOTENCY,
      body,
      responses: {
        200: {
          description: 'The queued task.',
          headers: {
            'X-Task-Id': 'The id of the task.',
            'Idempotent-Replayed': 'true: the task existed already.',
          },
          content: jsonContent(beamQueuedSchema, { task_id: JOB_EXAMPLE.id }),
        },
      },
    }),
    beamCall: operation({
      method: 'POST',
      path: '/endpoint/{name}',
      aliases: { beamCallVersion: '/endpoint/{name}/{version}' },
      tag: 'beam',
      summary: 'Make a video and wait for it',
      description:
        'Like POST /generate, with the id of the task in a header. The version is latest or a number such as v1; the ' +
        'path may also be id/STUB or public/STUB.',
      query: simpleQuerySchema,
      headers: { Accept: 'video/mp4 for the bytes of the video instead of base64 in JSON.' },
      body,
      responses: {
        200: {
          description: 'The video.',
          headers: { 'X-Task-Id': 'The id of the task.' },
          content: {
            ...jsonContent(simpleVideoSchema, { video: 'AAAAIGZ0eXA=' }),
            'video/mp4': { schema: BYTES },
          },
        },
      },
    }),
    beamGetTask: operation({
      method: 'GET',
      path: '/v2/task/{job_id}/',
      aliases: {
        beamGetTaskWithoutSlash: '/v2/task/{job_id}',
        beamGetTaskOfWorkspace: '/api/v1/task/{workspace}/{job_id}',
      },
      tag: 'beam',
      summary: 'Read a task',
      description: 'A job as a task of Beam.',
      query: noQuerySchema,
      responses: task,
    }),
    beamSubscribe: operation({
      method: 'GET',
      path: '/api/v1/task/{workspace}/{job_id}/subscribe',
      tag: 'beam',
      summary: 'Follow a task',
      description:
        'Sends server-sent events named "status" with the task as data: one at once, then one for each change of its ' +
        'state. The stream ends when the task has finished.',
      query: noQuerySchema,
      responses: {
        200: {
          description: 'The task, at each change of its state.',
          content: { 'text/event-stream': { schema: BYTES } },
        },
      },
    }),
    beamListTasks: operation({
      method: 'GET',
      path: '/api/v1/task/{workspace}',
      tag: 'beam',
      summary: 'List tasks, newest first',
      description: 'The jobs of the key as tasks of Beam.',
      query: beamListQuerySchema,
      responses: {
        200: {
          description: 'One page of tasks.',
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
      description:
        'Answers 200 even for unknown ids, like the gateway of Beam; errMsg holds the errors.',
      query: noQuerySchema,
      body: {
        required: true,
        content: jsonContent(beamStopRequestSchema, { task_ids: [JOB_EXAMPLE.id] }),
      },
      responses: {
        200: {
          description: 'Whether all tasks are stopped or stopping.',
          content: jsonContent(beamStoppedSchema, { ok: true, errMsg: '' }),
        },
      },
    }),
    beamGetWorkspace: operation({
      method: 'GET',
      path: '/api/v1/workspace/current',
      tag: 'beam',
      summary: 'Read the workspace of the token',
      description: 'Every key has one workspace; clients of Beam ask for its name.',
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
