// The simple API, for existing clients of earlier services.
import type { GenerationRequestSchema } from '../generation-request.ts'
import { noQuerySchema, simpleQuerySchema } from '../http-queries.ts'
import { simpleTaskSchema, simpleTaskStatusSchema, simpleVideoSchema } from '../simple-resource.ts'
import { SIMPLE_REQUEST_EXAMPLE, TASK_EXAMPLE, TASK_STATUS_EXAMPLE } from './examples.ts'
import { BYTES, jsonContent, operation } from './operation.ts'

export function simpleOperations(request: GenerationRequestSchema) {
  const body = { required: true, content: jsonContent(request, SIMPLE_REQUEST_EXAMPLE) }
  const generate = {
    method: 'POST',
    tag: 'simple',
    summary: 'Make a video and wait for it',
    description:
      'The answer comes when the video is ready, after up to 30 minutes of silence. Use POST /v1/jobs behind proxies that cut ' +
      'silent connections. Hanging up cancels the job, except with ?detach=1.',
    query: simpleQuerySchema,
    headers: { Accept: 'video/mp4 for the bytes of the video instead of base64 in JSON.' },
    body,
    responses: {
      200: {
        description: 'The video.',
        headers: { 'X-Job-Id': 'Id of the job.' },
        content: {
          ...jsonContent(simpleVideoSchema, {
            video: 'AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDE=',
          }),
          'video/mp4': { schema: BYTES },
        },
      },
    },
  } as const
  return {
    generate: operation({ ...generate, path: '/' }),
    generateNamed: operation({ ...generate, path: '/generate' }),
    queueTask: operation({
      method: 'POST',
      path: '/queue',
      tag: 'simple',
      summary: 'Queue a video',
      description:
        'Submits a simple request and answers at once; ask for the state at the returned address.',
      query: noQuerySchema,
      body,
      responses: {
        202: {
          description: 'The queued task.',
          content: jsonContent(simpleTaskSchema, TASK_EXAMPLE),
        },
      },
    }),
    getTask: operation({
      method: 'GET',
      path: '/queue/{job_id}',
      tag: 'simple',
      summary: 'Read the state of a queued video',
      description: 'The state in the words of the simple API, and the video once it is finished.',
      query: noQuerySchema,
      responses: {
        200: {
          description: 'State of the task: queued, running, success, error or canceled.',
          content: jsonContent(simpleTaskStatusSchema, TASK_STATUS_EXAMPLE),
        },
      },
    }),
  }
}
