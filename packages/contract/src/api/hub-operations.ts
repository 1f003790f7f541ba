// The operations on the hub itself.
import { type BackendList, backendListSchema } from '../backend-resource.ts'
import { noQuerySchema } from '../http-queries.ts'
import {
  limitsResourceSchema,
  livenessResourceSchema,
  readinessResourceSchema,
  storageResourceSchema,
  workflowListSchema,
} from '../hub-resource.ts'
import { type WorkerList, workerListSchema } from '../worker-resource.ts'
import {
  LIMITS_EXAMPLE,
  LIVENESS_EXAMPLE,
  READINESS_EXAMPLE,
  STORAGE_EXAMPLE,
  WORKFLOW_LIST_EXAMPLE,
} from './examples.ts'
import { bytesContent, jsonContent, operation } from './operation.ts'

const readiness = jsonContent(readinessResourceSchema, READINESS_EXAMPLE)

const BACKEND_LIST_EXAMPLE: BackendList = {
  object: 'list',
  data: [
    {
      object: 'backend',
      engine: 'comfyui',
      name: 'http://gpu-1:8188',
      state: 'busy',
      detail: null,
      left_out_until: null,
      job: { id: 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11', since: '2026-11-23T12:00:00.000Z' },
      jobs: 12,
      failures: 1,
      consecutive_failures: 0,
      last_success_at: '2026-11-23T11:58:00.000Z',
      last_failure: {
        at: '2026-11-22T08:10:00.000Z',
        code: 'engine_crashed',
        message: 'ComfyUI does not answer any more.',
      },
      workflow: 'I2V_window',
      version: '0.33.0',
      gpu: {
        name: 'NVIDIA GeForce RTX 4090',
        vram_total_bytes: 25_757_220_864,
        vram_free_bytes: 3_221_225_472,
      },
    },
  ],
}

const WORKER_LIST_EXAMPLE: WorkerList = {
  object: 'list',
  data: [
    {
      object: 'worker',
      name: 'gpu-1:4711',
      version: '0.1.0',
      engines: [
        {
          ...{ name: 'comfyui', ready: true, detail: null },
          workflows: [{ name: 'I2V_single', ready: true, detail: null }],
        },
      ],
      gpus: ['NVIDIA GeForce RTX 4090'],
      running: 1,
      max_running: 1,
      draining: false,
      started_at: '2026-11-23T12:00:00.000Z',
    },
  ],
}

export const HUB_OPERATIONS = {
  listWorkers: operation({
    method: 'GET',
    path: '/v1/workers',
    tag: 'hub',
    summary: 'List the processes that render for the hubs of a shared database',
    description:
      'Each worker: its engines with the workflows that it can run, its GPUs and version, and how many jobs it has.',
    query: noQuerySchema,
    responses: {
      200: {
        description:
          'The running workers, by name. One that died is listed for up to 60 s more. Empty for a hub that is alone on its database.',
        content: jsonContent(workerListSchema, WORKER_LIST_EXAMPLE),
      },
    },
  }),
  listBackends: operation({
    method: 'GET',
    path: '/v1/backends',
    tag: 'hub',
    summary: 'List the machines that render, with their health',
    description:
      'Each ComfyUI: what it does, its GPU and memory, and until when it is left out after failures.',
    query: noQuerySchema,
    responses: {
      200: {
        description:
          'The backends of all engines, as this hub knows them. Empty for a hub without a ComfyUI.',
        content: jsonContent(backendListSchema, BACKEND_LIST_EXAMPLE),
      },
    },
  }),
  getLimits: operation({
    method: 'GET',
    path: '/v1/limits',
    tag: 'hub',
    summary: 'List the limits of the hub',
    description: 'Sizes, lengths and counts that the hub accepts.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The limits.',
        content: jsonContent(limitsResourceSchema, LIMITS_EXAMPLE),
      },
    },
  }),
  listWorkflows: operation({
    method: 'GET',
    path: '/v1/workflows',
    tag: 'hub',
    summary: 'List workflows',
    description: 'Graphs of ComfyUI that a request may name as `workflow`.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The workflows, by name.',
        content: jsonContent(workflowListSchema, WORKFLOW_LIST_EXAMPLE),
      },
    },
  }),
  getStorage: operation({
    method: 'GET',
    path: '/v1/storage',
    tag: 'hub',
    summary: 'Read the storage of the hub',
    description: 'Bytes and files that the hub stores, its quota, and how long it keeps them.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The last measurement, a few seconds old; older in a very large store.',
        content: jsonContent(storageResourceSchema, STORAGE_EXAMPLE),
      },
    },
  }),
  livez: operation({
    method: 'GET',
    path: '/livez',
    tag: 'hub',
    summary: 'Check that the process is alive',
    description: 'Answers while the process runs, whatever else is wrong.',
    open: true,
    query: noQuerySchema,
    responses: {
      200: {
        description: 'Alive.',
        content: jsonContent(livenessResourceSchema, LIVENESS_EXAMPLE),
      },
    },
  }),
  readyz: operation({
    method: 'GET',
    path: '/readyz',
    tag: 'hub',
    summary: 'Check that the hub is ready',
    description: '503 and the reasons while the database, the disk or the engine is not ready.',
    open: true,
    query: noQuerySchema,
    responses: {
      200: { description: 'Ready.', content: readiness },
      503: { description: 'Not ready, with the reason.', content: readiness },
    },
  }),
  metrics: operation({
    method: 'GET',
    path: '/metrics',
    tag: 'hub',
    summary: 'Read measurements for Prometheus',
    description: 'Needs an admin key, where the hub has keys.',
    admin: true,
    query: noQuerySchema,
    responses: { 200: { description: 'The measurements.', content: bytesContent('text/plain') } },
  }),
  openapi: operation({
    method: 'GET',
    path: '/openapi.json',
    tag: 'hub',
    summary: 'Read this description as OpenAPI',
    description: 'OpenAPI 3.1, with the limits of this hub.',
    open: true,
    query: noQuerySchema,
    responses: {
      200: { description: 'The OpenAPI 3.1 document.', content: bytesContent('application/json') },
    },
  }),
  docs: operation({
    method: 'GET',
    path: '/docs',
    tag: 'hub',
    summary: 'Read this description as a page',
    description:
      'A page for people without scripts. The page of the hub has one with search and a form to try each operation.',
    open: true,
    query: noQuerySchema,
    responses: { 200: { description: 'The page.', content: bytesContent('text/html') } },
  }),
}
