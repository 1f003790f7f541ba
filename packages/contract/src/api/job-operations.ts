// The operations on jobs, and the estimate of one.
import type { z } from 'zod'
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
  Prefer: 'wait=N waits up to N seconds (at most 60) for the end; respond-async does not wait.',
}
const IDEMPOTENCY_HEADERS = {
  'Idempotency-Key': 'Repeating a request with the same key within a day returns the same job.',
}
const accepted: ApiResponse = {
  description: 'Accepted. The job survives a crash of the hub.',
  headers: {
    Location: 'URL of the job.',
    'Retry-After': 'Seconds after which to read the job.',
    'Preference-Applied': 'The part of Prefer that was applied.',
    'Idempotent-Replayed': 'true: the job existed already.',
  },
  content: jsonContent(jobResourceSchema, QUEUED_JOB_EXAMPLE),
}
export const job: ApiResponse = {
  description: 'The job.',
  headers: { ETag: 'Changes with the job.' },
  content: jsonContent(jobResourceSchema, JOB_EXAMPLE),
}
const videoHeaders = {
  ETag: 'SHA-256 of the video.',
  'Repr-Digest': 'SHA-256 of the video in the form of RFC 9530.',
  'Content-Disposition': 'File name for saving.',
}

export function jobOperations(request: GenerationRequestSchema, retake: z.ZodType) {
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
        'Send JSON, or a form with the files in parts named image (or video) and audio, and the other members as text parts ' +
        'or as one JSON part named request. The voice of a second speaker is a part named audio_2, or a second part named audio.',
      query: noQuerySchema,
      headers: { ...IDEMPOTENCY_HEADERS, ...WAITING_HEADERS },
      body: { required: true, content: requestContent },
      responses: {
        200: { ...job, description: 'The job, which finished while the caller waited.' },
        202: accepted,
      },
    }),
    listJobs: operation({
      method: 'GET',
      path: '/v1/jobs',
      tag: 'jobs',
      summary: 'List jobs, newest first',
      description:
        'A page of the jobs of the key, filtered by state and by a text in prompts, metadata and ids; `next_cursor` leads to the next page.',
      query: jobListQuerySchema,
      responses: {
        200: {
          description: 'One page of jobs.',
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
      description: 'With ?wait=25 the answer comes when the job changes, after 25 s at most.',
      query: jobQuerySchema,
      headers: {
        'If-None-Match': 'ETag that the caller has. The answer is 304 if the job has not changed.',
      },
      responses: { 200: job, 304: { description: 'Not changed.' } },
    }),
    streamEvents: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/events',
      tag: 'jobs',
      summary: 'Follow a job',
      description:
        'Sends server-sent events, or one JSON object per line with "Accept: application/x-ndjson". The id of an event is its ' +
        'sequence number; send the last one as Last-Event-ID to resume a broken stream. The stream ends with the event "done".',
      query: eventsQuerySchema,
      headers: { 'Last-Event-ID': 'Id of the last event that the caller has.' },
      responses: {
        200: {
          description: 'Past events, then new events as they happen.',
          content: {
            'text/event-stream': { schema: BYTES },
            'application/x-ndjson': { schema: jobEventResourceSchema, example: JOB_EVENT_EXAMPLE },
          },
        },
        204: { description: 'Resumed after the last event: no more events follow.' },
      },
    }),
    cancelJob: operation({
      method: 'POST',
      path: '/v1/jobs/{job_id}/cancel',
      tag: 'jobs',
      summary: 'Cancel a job',
      description:
        'A waiting job is canceled at once. A running one stops within seconds; follow it to see its end. Canceling an ended job changes nothing.',
      query: noQuerySchema,
      responses: {
        200: { ...job, description: 'Canceled before the start.' },
        202: { ...job, description: 'Running; the render is being stopped.' },
      },
    }),
    retryJob: operation({
      method: 'POST',
      path: '/v1/jobs/{job_id}/retry',
      tag: 'jobs',
      summary: 'Submit the same input again',
      description:
        'Makes a new job with the inputs and options of this one, optionally with another seed. This job stays as it is.',
      query: noQuerySchema,
      headers: { ...IDEMPOTENCY_HEADERS, ...WAITING_HEADERS },
      body: { required: false, content: jsonContent(retryJobRequestSchema, { seed: 7 }) },
      responses: { 200: job, 202: accepted },
    }),
    retakeJob: operation({
      method: 'POST',
      path: '/v1/jobs/{job_id}/retake',
      tag: 'jobs',
      summary: 'Render a video again from a moment on',
      description:
        'Makes a new job that keeps the windows before the one that shows the moment, and renders the rest with another seed, ' +
        'prompt or number of steps. The job must have ended and must have been rendered window by window; it stays as it is.',
      query: noQuerySchema,
      headers: { ...IDEMPOTENCY_HEADERS, ...WAITING_HEADERS },
      body: { required: true, content: jsonContent(retake, { from_s: 12.5, seed: 7 }) },
      responses: { 200: job, 202: accepted },
    }),
    getVideo: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/video',
      tag: 'jobs',
      summary: 'Download the video',
      description:
        'The finished MP4, whole or by byte ranges. `download=1` makes browsers save it, under the title of the job.',
      linkable: true,
      query: videoQuerySchema,
      headers: {
        Range: 'One byte range.',
        'If-Range': 'The range applies only if the video still has this ETag.',
        'If-None-Match': 'ETag that the caller has.',
      },
      responses: {
        200: {
          description: 'The video.',
          headers: videoHeaders,
          content: bytesContent('video/mp4'),
        },
        206: {
          description: 'The range.',
          headers: { ...videoHeaders, 'Content-Range': 'The range and the total size.' },
          content: bytesContent('video/mp4'),
        },
        302: {
          description: 'A hub with S3_REDIRECT_VIDEOS: the video is at this link for a while.',
          headers: { Location: 'Link to the bucket; it needs no key.' },
        },
        304: { description: 'Not changed.' },
      },
    }),
    headVideo: operation({
      method: 'HEAD',
      path: '/v1/jobs/{job_id}/video',
      tag: 'jobs',
      summary: 'Read the headers of the video',
      description: 'Size, hash, type and age of the video, without its bytes.',
      linkable: true,
      query: videoQuerySchema,
      responses: { 200: { description: 'Like GET, without the video.', headers: videoHeaders } },
    }),
    getPoster: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/poster',
      tag: 'jobs',
      summary: 'Download a still of the video',
      description: 'The first frame as a JPEG.',
      linkable: true,
      query: videoQuerySchema,
      responses: { 200: { description: 'The still.', content: bytesContent('image/jpeg') } },
    }),
    getFrame: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/frame',
      tag: 'jobs',
      summary: 'Download the latest picture of a running job',
      description:
        'A small JPEG of the last rendered picture, renewed at most every 2 s and deleted when the render ends. Not every engine ' +
        'makes one.',
      query: noQuerySchema,
      headers: { 'If-None-Match': 'ETag that the caller has.' },
      responses: {
        200: {
          description: 'The picture.',
          headers: { ETag: 'Differs for each picture.' },
          content: bytesContent('image/jpeg'),
        },
        204: { description: 'No picture now.' },
        304: { description: 'Same picture.' },
      },
    }),
    getInput: operation({
      method: 'GET',
      path: '/v1/jobs/{job_id}/inputs/{input}',
      tag: 'jobs',
      summary: 'Download an input of a job',
      description:
        'The input is image, video, audio, or audio_2 for the voice of the second speaker. The bytes are kept as sent, as ' +
        'long as the job. Inputs from URLs are not kept.',
      query: noQuerySchema,
      headers: { Range: 'One byte range.', 'If-None-Match': 'ETag that the caller has.' },
      responses: {
        200: {
          description: 'The input.',
          headers: videoHeaders,
          content: bytesContent('application/octet-stream'),
        },
        206: {
          description: 'The range.',
          headers: { ...videoHeaders, 'Content-Range': 'The range and the total size.' },
          content: bytesContent('application/octet-stream'),
        },
        304: { description: 'Not changed.' },
      },
    }),
    estimateJob: operation({
      method: 'POST',
      path: '/v1/estimate',
      tag: 'jobs',
      summary: 'Estimate the time of a job',
      description:
        'Checks a request as POST /v1/jobs does and says how long it would render, wait and cost. Nothing is submitted.',
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
