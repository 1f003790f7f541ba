// The operations on batches: many jobs in one request, their common progress and one archive.
import type { z } from 'zod'
import { batchListQuerySchema, batchListSchema, batchResourceSchema } from '../batch-resource.ts'
import { linkQuerySchema, noQuerySchema } from '../http-queries.ts'
import {
  BATCH_EXAMPLE,
  BATCH_LIST_EXAMPLE,
  BATCH_REQUEST_EXAMPLE,
  NEW_BATCH_EXAMPLE,
} from './batch-examples.ts'
import { bytesContent, jsonContent, operation } from './operation.ts'

const batch = {
  description: 'The batch with its items.',
  content: jsonContent(batchResourceSchema, BATCH_EXAMPLE),
}

export function batchOperations(request: z.ZodType) {
  return {
    createBatch: operation({
      method: 'POST',
      path: '/v1/batches',
      tag: 'batches',
      summary: 'Submit many jobs at once',
      description:
        'Accepts all items or none: a request that is wrong, an input that is missing or a queue without room rejects the ' +
        'batch and names the item. Media are decoded by the jobs, so a damaged file fails its own item only. A text to speak ' +
        'is spoken before the answer. An item that names a webhook has its own event.',
      query: noQuerySchema,
      headers: {
        'Idempotency-Key':
          'Repeating a request with the same key within a day returns the same batch.',
      },
      body: { required: true, content: jsonContent(request, BATCH_REQUEST_EXAMPLE) },
      responses: {
        202: {
          description: 'Accepted. The batch survives a crash of the hub.',
          headers: {
            Location: 'URL of the batch.',
            'Idempotent-Replayed': 'true: the batch existed already.',
          },
          content: jsonContent(batchResourceSchema, NEW_BATCH_EXAMPLE),
        },
      },
    }),
    listBatches: operation({
      method: 'GET',
      path: '/v1/batches',
      tag: 'batches',
      summary: 'List batches, newest first',
      description: 'Pages of the batches of the key, each with the progress of its jobs.',
      query: batchListQuerySchema,
      responses: {
        200: {
          description: 'One page of batches, without their items.',
          content: jsonContent(batchListSchema, BATCH_LIST_EXAMPLE),
        },
      },
    }),
    getBatch: operation({
      method: 'GET',
      path: '/v1/batches/{batch_id}',
      tag: 'batches',
      summary: 'Read the progress of a batch, its items and what failed',
      description:
        'How many of its jobs wait, run, have succeeded and failed, and the cause of each failure.',
      query: noQuerySchema,
      responses: { 200: batch },
    }),
    cancelBatch: operation({
      method: 'POST',
      path: '/v1/batches/{batch_id}/cancel',
      tag: 'batches',
      summary: 'Cancel all jobs of a batch that have not ended',
      description: 'Finished videos stay. Canceling again changes nothing.',
      query: noQuerySchema,
      responses: {
        200: { ...batch, description: 'No job of it runs any more.' },
        202: { ...batch, description: 'Running jobs are being stopped.' },
      },
    }),
    deleteBatch: operation({
      method: 'DELETE',
      path: '/v1/batches/{batch_id}',
      tag: 'batches',
      summary: 'Delete a batch that has ended, with its jobs and files',
      description:
        'Deletes its jobs, their videos and the inputs that no other job uses. A batch that still runs must be canceled first.',
      query: noQuerySchema,
      responses: { 204: { description: 'Deleted.' } },
    }),
    getBatchArchive: operation({
      method: 'GET',
      path: '/v1/batches/{batch_id}/archive',
      tag: 'batches',
      summary: 'Download all videos of a batch that has ended as one zip',
      description:
        'summary.csv and summary.json in it say for each item which file is its video, or what failed and why.',
      linkable: true,
      query: linkQuerySchema,
      responses: {
        200: {
          description: 'The archive.',
          headers: { 'Content-Disposition': 'File name for saving.' },
          content: bytesContent('application/zip'),
        },
      },
    }),
  }
}
