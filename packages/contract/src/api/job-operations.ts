// The operations on jobs, and the estimate of one.
import { estimateResourceSchema } from '../estimate-resource.ts'
import type { GenerationRequestSchema } from '../generation-request.ts'
import {
  eventsQuerySchema,
  jobQuerySchema,
  noQuerySchema,
  videoQuerySchema,
} from '../http-queries.ts'
import { jobEventResourceSchema } from '../job-event.ts'
import { jobListQuerySchema, jobListSchema } from '../job-list.ts'
import { jobResourceSchema } from '../job-resource.ts'
import { retryJobRequestSchema } from '../retry-request.ts'
import {
  ESTIMATE_EXAMPLE,
  JOB_EVENT_EXAMPLE,
  JOB_EXAMPLE,
  JOB_LIST_EXAMPLE,
  QUEUED_JOB_EXAMPLE,
  REQUEST_EXAMPLE,
} from './examples.ts'
import { type ApiResponse, BYTES, bytesContent, jsonContent, operation } from './operation.ts'

const WAITING_HEADERS = {
  Prefer: 'wait=N to wait up to 60 s for the end, respond-async not to.',
}
const IDEMPOTENCY_HEADERS = {
  'Idempotency-Key': 'The same key with the same request is the same job, for a day.',
}
const accepted: ApiResponse = {
  description: 'Accepted: the job survives a crash of the hub.',
  headers: {
    Location: 'The job.',
    'Retry-After': 'Seconds after which to look at it.',
    'Preference-Applied': 'What of Prefer was heard.',
    'Idempotent-Replayed': 'true: the job was there already.',
  },
  content: jsonContent(jobResourceSchema, QUEUED_JOB_EXAMPLE),
}
const job: ApiResponse = {
  description: 'The job.',
  headers: { ETag: 'Changes when the job does.' },
  content: jsonContent(jobResourceSchema, JOB_EXAMPLE),
}
const videoHeaders = {
  ETag: 'SHA-256 of the video.',
  'Repr-Digest': 'The same, as RFC 9530 writes it.',
  'Content-Disposition': 'A name to save it under.',
}

export function jobOperations(request: GenerationRequestSchema) {
  const requestContent = {
    ...jsonContent(request, REQUEST_EXAMPLE),
    'multipart/form-data': { schema: BYTES },
  } as const
  return {
    createJob: operation({
      method: 'POST',
      path: '/v1/jobs',
      tag: 'jobs',
      summary: 'Submit a job',
      description:
        'JSON, or a form with the files in parts named image (or video) and audio, the other members as text parts ' +
        'or as one JSON part named request. The second speaker goes into a part named audio_2, or a second part named audio.',
      query: noQuerySchema,
      headers: { ...IDEMPOTENCY_HEADERS, ...WAITING_HEADERS },
      body: { required: true, content: requestContent },
      responses: {
        200: { ...job, description: 'The job, which has ended while the caller waited.' },
        202: accepted,
      },
    }),
    listJobs: operation({
      method: 'GET',
      path: '/v1/jobs',
      tag: 'jobs',
      summary: 'List jobs, newest first',
      query: jobListQuerySchema,
      responses: {
        200: {
          description: 'One page.',
          headers: { Link: 'rel="next": the next page.' },
          content: jsonContent(jobListSchema, JOB_LIST_EXAMPLE),
        },
      },
    }),
    getJob: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}',
      tag: 'jobs',
      summary: 'Read a job',
      description:
        'With ?wait=25 the answer comes as soon as the job changes, at the latest after so many seconds.',
      query: jobQuerySchema,
      headers: {
        'If-None-Match': 'The ETag the caller has: waits for another one, 304 if there is none.',
      },
      responses: { 200: job, 304: { description: 'It has not changed.' } },
    }),
    streamEvents: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/events',
      tag: 'jobs',
      summary: 'Follow a job',
      description:
        'Server-sent events; with "Accept: application/x-ndjson" one JSON object a line. The id of an event is its number ' +
        'within the job: a stream that broke off goes on after it. It ends with the event "done".',
      query: eventsQuerySchema,
      headers: { 'Last-Event-ID': 'Only events above this one.' },
      responses: {
        200: {
          description: 'The events so far, then each as it happens.',
          content: {
            'text/event-stream': { schema: BYTES },
            'application/x-ndjson': { schema: jobEventResourceSchema, example: JOB_EVENT_EXAMPLE },
          },
        },
        204: { description: 'Resumed after the end: there is nothing more to come.' },
      },
    }),
    cancelJob: operation({
      method: 'POST',
      path: '/v1/jobs/{job_id}/cancel',
      tag: 'jobs',
      summary: 'Cancel a job',
      query: noQuerySchema,
      responses: {
        200: { ...job, description: 'It had not started, and never will.' },
        202: { ...job, description: 'It is being stopped.' },
      },
    }),
    retryJob: operation({
      method: 'POST',
      path: '/v1/jobs/{job_id}/retry',
      tag: 'jobs',
      summary: 'Submit the same input again',
      query: noQuerySchema,
      headers: { ...IDEMPOTENCY_HEADERS, ...WAITING_HEADERS },
      body: { required: false, content: jsonContent(retryJobRequestSchema, { seed: 7 }) },
      responses: { 200: job, 202: accepted },
    }),
    deleteJob: operation({
      method: 'DELETE',
      path: '/v1/jobs/{job_id}',
      tag: 'jobs',
      summary: 'Remove a finished job and its files',
      query: noQuerySchema,
      responses: { 204: { description: 'It is gone.' } },
    }),
    getVideo: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/video',
      tag: 'jobs',
      summary: 'Download the video',
      linkable: true,
      query: videoQuerySchema,
      headers: {
        Range: 'One range of bytes.',
        'If-Range': 'The range counts only while the video has this ETag.',
        'If-None-Match': 'The ETag the caller has.',
      },
      responses: {
        200: {
          description: 'The video.',
          headers: videoHeaders,
          content: bytesContent('video/mp4'),
        },
        206: {
          description: 'The range.',
          headers: { ...videoHeaders, 'Content-Range': 'What part it is.' },
          content: bytesContent('video/mp4'),
        },
        304: { description: 'It has not changed.' },
      },
    }),
    headVideo: operation({
      method: 'HEAD',
      path: '/v1/jobs/{job_id}/video',
      tag: 'jobs',
      summary: 'The header of the video alone',
      linkable: true,
      query: videoQuerySchema,
      responses: { 200: { description: 'As GET, without the video.', headers: videoHeaders } },
    }),
    getPoster: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/poster',
      tag: 'jobs',
      summary: 'A still of the video',
      linkable: true,
      query: videoQuerySchema,
      responses: { 200: { description: 'The still.', content: bytesContent('image/jpeg') } },
    }),
    getFrame: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/frame',
      tag: 'jobs',
      summary: 'How a job looks while it renders',
      description:
        'A small JPEG of what the engine drew last, renewed every few seconds at most and gone with the render. Not every engine ' +
        'can give one.',
      query: noQuerySchema,
      headers: { 'If-None-Match': 'The ETag the caller has.' },
      responses: {
        200: {
          description: 'The picture.',
          headers: { ETag: 'Another picture has another one.' },
          content: bytesContent('image/jpeg'),
        },
        204: { description: 'There is none now.' },
        304: { description: 'It is still the same.' },
      },
    }),
    getInput: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/inputs/{input}',
      tag: 'jobs',
      summary: 'What a job was made of',
      description:
        'The input is image or video, audio, or audio_2 for the voice of the second speaker: the bytes as they were sent, kept ' +
        'as long as the job is. What came by a URL is not kept.',
      query: noQuerySchema,
      headers: { Range: 'One range of bytes.', 'If-None-Match': 'The ETag the caller has.' },
      responses: {
        200: {
          description: 'The input.',
          headers: videoHeaders,
          content: bytesContent('application/octet-stream'),
        },
        206: {
          description: 'The range.',
          headers: { ...videoHeaders, 'Content-Range': 'What part it is.' },
          content: bytesContent('application/octet-stream'),
        },
        304: { description: 'It has not changed.' },
      },
    }),
    estimateJob: operation({
      method: 'POST',
      path: '/v1/estimate',
      tag: 'jobs',
      summary: 'What a job would cost, before any work',
      query: noQuerySchema,
      body: { required: true, content: jsonContent(request, REQUEST_EXAMPLE) },
      responses: {
        200: {
          description: 'The estimate.',
          content: jsonContent(estimateResourceSchema, ESTIMATE_EXAMPLE),
        },
      },
    }),
  }
}
