// Reads and parses a JSON body under the rules of every body. A byte order mark is accepted; JSON that two readers could
// understand differently is rejected.
import type { IncomingMessage } from 'node:http'
import { AppError } from '../../domain/errors.ts'
import { type BodyRules, bodyChunks, declaredBytes, refuseTooLarge } from './body-chunks.ts'
import { checkJson } from './check-json.ts'
import type { MemoryBudget } from './memory-budget.ts'

export interface JsonBodyRules extends BodyRules {
  readonly budget: MemoryBudget
}

/**
 * The parsed body; undefined when there is none.
 *
 * @throws AppError `request_malformed`, `content_type_unsupported`, `server_busy`, and those of `bodyChunks`
 */
export async function readJsonBody(
  request: IncomingMessage,
  rules: JsonBodyRules,
): Promise<unknown> {
  if (!hasBody(request)) return undefined
  refuseOtherTypes(request)
  refuseEncoded(request)
  const { budget } = rules
  const chunks: Buffer[] = []
  let bytes = 0
  let taken = 0
  const take = (more: number): void => {
    budget.take(more)
    taken += more
  }
  try {
    refuseTooLarge(declaredBytes(request), rules.maxBytes)
    take(declaredBytes(request))
    for await (const chunk of bodyChunks(request, rules)) {
      bytes += chunk.length
      if (bytes > taken) take(bytes - taken)
      chunks.push(chunk)
    }
    return bytes === 0 ? undefined : parse(Buffer.concat(chunks, bytes))
  } finally {
    budget.give(taken)
  }
}

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

export function mediaTypeOf({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
}

/**
 * "+json" types are JSON as well (RFC 6839). Plain text is not: a page of another site may send it without asking.
 * Programs often send JSON without a type (Python's `requests.post(url, data=text)` does), so they may leave it out.
 */
function refuseOtherTypes(request: IncomingMessage): void {
  const type = mediaTypeOf(request)
  if (type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type)) return
  if (type === '' && !isFromBrowser(request)) return
  const sent = type === '' ? 'It has no Content-Type' : `It is ${type.slice(0, 80)}`
  throw new AppError('content_type_unsupported', `The body must be application/json. ${sent}.`)
}

/**
 * Browsers send the origin of the page with every POST. A page can send a body without a type (a Blob) without a preflight,
 * so such a body is rejected.
 */
function isFromBrowser({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
}

/** A compressed body may unpack to any size, and compression does not shrink media. */
export function refuseEncoded({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() === 'identity') return
  throw new AppError('content_type_unsupported', 'A compressed body is not accepted.')
}

function parse(body: Buffer): unknown {
  const check = checkJson(body)
  if (!check.ok) throw new AppError('request_malformed', `The JSON is rejected: ${check.reason}`)
  try {
    // Fatal, because bytes that are not UTF-8 would become other characters. Drops a byte order mark.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new AppError('request_malformed', 'The body is not valid JSON in UTF-8.', { cause })
  }
}
