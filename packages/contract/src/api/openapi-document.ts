// The OpenAPI 3.1 document, made of the operations. Pure.
import type { z } from 'zod'
import { PROBLEM_CONTENT_TYPE, problemSchema } from '../problem.ts'
import type { RequestBounds } from '../request-bounds.ts'
import { apiOperations } from './api-operations.ts'
import { ComponentSchemas } from './component-schemas.ts'
import { PROBLEM_EXAMPLE } from './examples.ts'
import { type ApiContents, type ApiOperation, BYTES } from './operation.ts'

type Json = Record<string, unknown>

export interface OpenApiOptions {
  readonly version: string
  readonly bounds: RequestBounds
}

const ID_PATTERN = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'

/** By the name of the parameter. */
const ID_PREFIXES: Readonly<Record<string, string>> = {
  job_id: 'job',
  file_id: 'file',
  delivery_id: 'msg',
}

const TAGS = [
  { name: 'jobs', description: 'Submit, follow and fetch videos.' },
  { name: 'files', description: 'Upload inputs before their job.' },
  { name: 'simple', description: 'One call, one video.' },
  {
    name: 'beam',
    description: 'Beam compatibility: the paths that clients of a deployment on Beam call.',
  },
  {
    name: 'runpod',
    description: 'RunPod compatibility: the paths that clients of a serverless endpoint call.',
  },
  { name: 'webhooks', description: 'Events that the hub sends, and the log of their deliveries.' },
  { name: 'hub', description: 'State of the hub.' },
]

export function openApiDocument({ version, bounds }: OpenApiOptions): Json {
  const schemas = new ComponentSchemas()
  const paths: Record<string, Json> = {}
  for (const [id, operation] of Object.entries<ApiOperation>(apiOperations(bounds))) {
    for (const [operationId, path] of Object.entries({
      [id]: operation.path,
      ...operation.aliases,
    })) {
      paths[path] ??= {}
      paths[path]![operation.method.toLowerCase()] = describe(
        operationId,
        { ...operation, path },
        schemas,
      )
    }
  }
  const problem = {
    description: 'An error. The codes are a closed list.',
    content: {
      [PROBLEM_CONTENT_TYPE]: {
        schema: schemas.add(problemSchema, 'output'),
        example: PROBLEM_EXAMPLE,
      },
    },
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'infinitetalk hub',
      version,
      description: 'Makes a talking video from an image and a voice.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: TAGS,
    paths,
    components: {
      schemas: schemas.all(),
      responses: { Problem: problem },
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'Required when the hub has API keys.',
        },
      },
    },
    security: [{ apiKey: [] }, {}],
  }
}

function describe(operationId: string, operation: ApiOperation, schemas: ComponentSchemas): Json {
  const { tag, summary, description, body, responses } = operation
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(operation.open === true ? { security: [] } : {}),
    parameters: [
      ...pathParameters(operation.path),
      ...queryParameters(operation.query, schemas),
      ...Object.entries(operation.headers ?? {})
        // OpenAPI 3.1: a header parameter named Accept "SHALL be ignored".
        .filter(([name]) => name !== 'Accept')
        .map(([name, meaning]) => ({
          name,
          in: 'header',
          description: meaning,
          schema: { type: 'string' },
        })),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.required,
            content: describeContents(body.content, 'input', schemas),
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [
          status,
          {
            description: response.description,
            ...(response.headers === undefined
              ? {}
              : { headers: describeHeaders(response.headers) }),
            ...(response.content === undefined
              ? {}
              : { content: describeContents(response.content, 'output', schemas) }),
          },
        ]),
      ),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...patternOf(name) },
  }))
}

function patternOf(name: string): Json {
  const prefix = ID_PREFIXES[name]
  return prefix === undefined ? {} : { pattern: `^${prefix}_${ID_PATTERN}$` }
}

function queryParameters(query: z.ZodObject, schemas: ComponentSchemas): Json[] {
  const { properties = {} } = schemas.add(query, 'input') as { properties?: Record<string, Json> }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(description === undefined ? {} : { description }),
    schema,
  }))
}

function describeHeaders(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  )
}

function describeContents(
  contents: ApiContents,
  io: 'input' | 'output',
  schemas: ComponentSchemas,
): Json {
  return Object.fromEntries(
    Object.entries(contents).map(([type, { schema, example }]) => [
      type,
      // OpenAPI 3.1, 4.8.14.2: raw bytes have no schema.
      schema === BYTES
        ? {}
        : { schema: schemas.add(schema, io), ...(example === undefined ? {} : { example }) },
    ]),
  )
}
