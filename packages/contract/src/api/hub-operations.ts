// What a hub says of itself.
import { noQuerySchema } from '../http-queries.ts'
import {
  limitsResourceSchema,
  livenessResourceSchema,
  readinessResourceSchema,
  storageResourceSchema,
  workflowListSchema,
} from '../hub-resource.ts'
import { modelListSchema } from '../model-resource.ts'
import {
  LIMITS_EXAMPLE,
  LIVENESS_EXAMPLE,
  MODEL_LIST_EXAMPLE,
  READINESS_EXAMPLE,
  STORAGE_EXAMPLE,
  WORKFLOW_LIST_EXAMPLE,
} from './examples.ts'
import { bytesContent, jsonContent, operation } from './operation.ts'

const readiness = jsonContent(readinessResourceSchema, READINESS_EXAMPLE)

export const HUB_OPERATIONS = {
  getLimits: operation({
    method: 'GET',
    path: '/v1/limits',
    tag: 'hub',
    summary: 'Every limit of this hub',
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
    summary: 'The workflows a request may name',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The workflows, by name.',
        content: jsonContent(workflowListSchema, WORKFLOW_LIST_EXAMPLE),
      },
    },
  }),
  listModels: operation({
    method: 'GET',
    path: '/v1/models',
    tag: 'hub',
    summary: 'The model files of the ComfyUI engine, and which of them are there',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The models, in the order of the manifest.',
        content: jsonContent(modelListSchema, MODEL_LIST_EXAMPLE),
      },
    },
  }),
  getStorage: operation({
    method: 'GET',
    path: '/v1/storage',
    tag: 'hub',
    summary: 'How much is kept, and for how long',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'As measured a few seconds ago at most, or longer in a very large store.',
        content: jsonContent(storageResourceSchema, STORAGE_EXAMPLE),
      },
    },
  }),
  livez: operation({
    method: 'GET',
    path: '/livez',
    tag: 'hub',
    summary: 'Is the process alive?',
    open: true,
    query: noQuerySchema,
    responses: {
      200: { description: 'Yes.', content: jsonContent(livenessResourceSchema, LIVENESS_EXAMPLE) },
    },
  }),
  readyz: operation({
    method: 'GET',
    path: '/readyz',
    tag: 'hub',
    summary: 'Can it work now?',
    open: true,
    query: noQuerySchema,
    responses: {
      200: { description: 'Yes.', content: readiness },
      503: { description: 'No, and why.', content: readiness },
    },
  }),
  metrics: operation({
    method: 'GET',
    path: '/metrics',
    tag: 'hub',
    summary: 'Measurements for Prometheus',
    query: noQuerySchema,
    responses: { 200: { description: 'The measurements.', content: bytesContent('text/plain') } },
  }),
  openapi: operation({
    method: 'GET',
    path: '/openapi.json',
    tag: 'hub',
    summary: 'This description',
    open: true,
    query: noQuerySchema,
    responses: { 200: { description: 'OpenAPI 3.1.', content: bytesContent('application/json') } },
  }),
  docs: operation({
    method: 'GET',
    path: '/docs',
    tag: 'hub',
    summary: 'This description for people',
    open: true,
    query: noQuerySchema,
    responses: { 200: { description: 'A page.', content: bytesContent('text/html') } },
  }),
}
