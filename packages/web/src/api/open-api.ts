// The hub's own description of its API, as far as the page shows it.

export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
}

interface ApiOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly ApiParameter[]
  readonly requestBody?: { readonly content: ApiContents }
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: ApiContents }>
  >
}

export interface ApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
}

type ApiContents = Readonly<Record<string, { readonly example?: unknown }>>

/** An operation at its path. */
export interface ApiCall {
  readonly method: string
  readonly path: string
  readonly operation: ApiOperation
}

export function callsOf({ paths }: ApiDocument): readonly ApiCall[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
}

/** Whether every word is found somewhere in what is shown of the operation. */
export function matches({ method, path, operation }: ApiCall, search: string): boolean {
  const { summary, description = '', operationId } = operation
  const text = `${method} ${path} ${summary} ${description} ${operationId}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** The example of a JSON body; undefined for an operation without one. */
export function exampleOf({ requestBody }: ApiOperation): unknown {
  return requestBody?.content['application/json']?.example
}
