// The operations on the model files: their state, and pulling them.
import { noQuerySchema } from '../http-queries.ts'
import {
  type ModelPullResource,
  modelPullRequestSchema,
  modelPullResourceSchema,
} from '../model-pull-resource.ts'
import { modelListSchema } from '../model-resource.ts'
import { MODEL_LIST_EXAMPLE } from './examples.ts'
import { jsonContent, operation } from './operation.ts'

const PULL_EXAMPLE: ModelPullResource = {
  object: 'model_pull',
  status: 'running',
  models: ['wan-i2v-480p-fp8', 'clip-vision-h'],
  done_bytes: 4_100_000_000,
  total_bytes: 18_164_219_396,
  bytes_per_second: 91_000_000,
  eta_s: 155,
  files: [
    {
      model: 'wan-i2v-480p-fp8',
      stage: 'downloading',
      done_bytes: 4_100_000_000,
      total_bytes: 16_900_000_000,
      waiting: null,
    },
  ],
  pulled: [],
  failures: [],
  error: null,
  started_at: '2026-11-23T12:00:00.000Z',
  finished_at: null,
}

const pull = { content: jsonContent(modelPullResourceSchema, PULL_EXAMPLE) }

export const MODEL_OPERATIONS = {
  listModels: operation({
    method: 'GET',
    path: '/v1/models',
    tag: 'hub',
    summary: 'List the model files of the ComfyUI engine and their state',
    description: 'Which files are present, missing or damaged, with their size and path.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The models, in the order of the manifest.',
        content: jsonContent(modelListSchema, MODEL_LIST_EXAMPLE),
      },
    },
  }),
  startModelPull: operation({
    method: 'POST',
    path: '/v1/models/pull',
    tag: 'hub',
    summary: 'Download model files to the models folder of the hub',
    description:
      'Needs an admin key, where the hub has keys. Files that are there are verified and not downloaded again; an interrupted ' +
      'download resumes. A hub pulls once at a time (`models_busy`), for a day at most, and continues when the caller leaves.',
    admin: true,
    query: noQuerySchema,
    body: {
      required: true,
      content: jsonContent(modelPullRequestSchema, { sets: ['single'] }),
    },
    responses: { 202: { description: 'The pull has started.', ...pull } },
  }),
  getModelPull: operation({
    method: 'GET',
    path: '/v1/models/pull',
    tag: 'hub',
    summary: 'Read the progress of the last pull of this hub',
    description: 'Needs an admin key, where the hub has keys.',
    admin: true,
    query: noQuerySchema,
    responses: { 200: { description: 'The pull with its progress.', ...pull } },
  }),
  cancelModelPull: operation({
    method: 'POST',
    path: '/v1/models/pull/cancel',
    tag: 'hub',
    summary: 'Cancel the pull',
    description:
      'Needs an admin key, where the hub has keys. Received bytes stay, so that the next pull resumes. Without a pull it has no effect.',
    admin: true,
    query: noQuerySchema,
    responses: { 202: { description: 'The pull ends.', ...pull } },
  }),
}
