// Parses every JSON answer of a test's server with the contract's schema for it, so that no test needs to ask for it and none can
// forget it.
import { type ApiOperation, apiOperations, pathsOf, problemSchema } from '@infinitetalk/contract'

const OPERATIONS = Object.values<ApiOperation>(apiOperations()).flatMap((operation) =>
  pathsOf(operation).map((path) => ({
    operation,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  })),
)

/** @throws when the answer breaks the contract */
export async function holdToContract(
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  if (response.headers.get('x-request-id') === null) throw new Error(`${path}: no X-Request-Id`)
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';')
  if (type === 'application/problem+json') {
    if (method !== 'HEAD') problemSchema.parse(await response.clone().json())
    return
  }
  const found = OPERATIONS.find(
    ({ operation, pattern }) =>
      operation.method === method && pattern.test(path.split('?', 1)[0] ?? ''),
  )
  const answer = found?.operation.responses[response.status]
  if (answer === undefined)
    throw new Error(`${method} ${path}: ${response.status} is not described`)
  if (type === '' || method === 'HEAD' || response.status === 304) return
  const content = answer.content?.[type]
  if (content === undefined) throw new Error(`${method} ${path}: ${type} is not described`)
  if (type === 'application/json' && content.schema !== 'bytes') {
    content.schema.parse(await response.clone().json())
  }
}
