// Fault 124, the description's side: the OpenAPI document is valid, and what it shows as an example is one.
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { DEFAULT_REQUEST_BOUNDS } from '../request-bounds.ts'
import { apiOperations } from './api-operations.ts'
import { openApiDocument } from './openapi-document.ts'
import type { ApiOperation } from './operation.ts'

type Json = Record<string, unknown>

const document = openApiDocument({ version: '1.2.3', bounds: DEFAULT_REQUEST_BOUNDS })

/** The name under which the validator knows the document's components. */
const COMPONENTS = 'openapi'

describe('fault 124: the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document))
    expect(result).toMatchObject({ valid: true })
    expect(document.openapi).toBe('3.1.0')
  })

  it('refers to nothing that is not there', () => {
    const schemas = Object.keys((document.components as Json).schemas as Json)
    const referred = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)]
    expect(new Set(schemas)).toEqual(new Set(referred.map(([, name]) => name)))
  })

  it('describes every path of every operation once', () => {
    const ids = [...JSON.stringify(document).matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id)
    const operations = Object.entries<ApiOperation>(apiOperations())
    const named = operations.flatMap(([id, { aliases = {} }]) => [id, ...Object.keys(aliases)])
    expect(ids.toSorted()).toEqual(named.toSorted())
  })

  const located = JSON.parse(
    JSON.stringify(document).replaceAll('"$ref":"#/', `"$ref":"${COMPONENTS}#/`),
  ) as Json
  const examples = [...findExamples(located, '#')]

  it('has an example for every JSON body and answer', () => {
    expect(examples.length).toBeGreaterThanOrEqual(20)
    expect([...findSchemasWithoutExample(document, '#')]).toEqual([])
  })

  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // References lead to one schema that is compiled once, instead of to a copy of all components in each example's schema.
  ajv.addSchema({ $id: COMPONENTS, components: located.components })
  // The package's types describe its CommonJS face.
  ;(formats as unknown as (ajv: Ajv2020) => void)(ajv)

  it.each(examples)('shows an example that passes its schema at %s', (_, { schema, example }) => {
    const validate = ajv.compile(schema as Json)
    validate(example)
    expect(validate.errors).toBeNull()
  })
})

interface Exemplified {
  readonly schema: unknown
  readonly example: unknown
}

function* findExamples(node: unknown, pointer: string): Generator<[string, Exemplified]> {
  if (typeof node !== 'object' || node === null) return
  if ('schema' in node && 'example' in node) yield [pointer, node]
  for (const [key, child] of Object.entries(node)) yield* findExamples(child, join(pointer, key))
}

function* findSchemasWithoutExample(node: unknown, pointer: string): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [type, content] of Object.entries((node as Json).content ?? {})) {
    if ('schema' in content && !('example' in content)) yield `${pointer} ${type}`
  }
  for (const [key, child] of Object.entries(node)) {
    yield* findSchemasWithoutExample(child, join(pointer, key))
  }
}

function join(pointer: string, key: string): string {
  return `${pointer}/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`
}
