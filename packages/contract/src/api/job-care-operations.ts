// The operations on a job that is there: rename it, keep it, delete it.
import { changeJobRequestSchema } from '../change-job-request.ts'
import { noQuerySchema } from '../http-queries.ts'
import { job } from './job-operations.ts'
import { jsonContent, operation } from './operation.ts'

export const JOB_CARE_OPERATIONS = {
  changeJob: operation({
    method: 'PATCH',
    path: '/v1/jobs/{job_id}',
    tag: 'jobs',
    summary: 'Rename a job, or change its other texts',
    description:
      'Changes `metadata`, also while the job runs. Everything else stays as it was accepted.',
    query: noQuerySchema,
    body: {
      required: true,
      content: jsonContent(changeJobRequestSchema, { metadata: { title: 'Welcome' } }),
    },
    responses: { 200: job },
  }),
  keepJob: operation({
    method: 'PUT',
    path: '/v1/jobs/{job_id}/keep',
    tag: 'jobs',
    summary: 'Keep a finished job and its files',
    description:
      'The job and its files stay until somebody deletes them, beyond the retention time; `expires_at` is then null.',
    query: noQuerySchema,
    responses: { 200: job },
  }),
  releaseJob: operation({
    method: 'DELETE',
    path: '/v1/jobs/{job_id}/keep',
    tag: 'jobs',
    summary: 'Keep a finished job no longer',
    description: 'The retention time begins now.',
    query: noQuerySchema,
    responses: { 200: job },
  }),
  deleteJob: operation({
    method: 'DELETE',
    path: '/v1/jobs/{job_id}',
    tag: 'jobs',
    summary: 'Delete a finished job and its files',
    description:
      'Deletes the job, its video and the inputs that no other job uses. A job that still runs must be canceled first.',
    query: noQuerySchema,
    responses: { 204: { description: 'Deleted.' } },
  }),
}
