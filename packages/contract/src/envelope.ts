// RunPod's clients wrap the request: `{"input": {...}, "network_volume": ...}`. What is inside is read as if it came bare;
// `network_volume` chose a mount on that platform and means nothing here, beside the input or inside it.
import type { PointerPath, RequestProblem } from './problems.ts'
import { invalid, unknownMember } from './zod-problems.ts'

export interface UnwrappedBody {
  readonly body: Readonly<Record<string, unknown>>
  /** Where `body` is in what was sent. */
  readonly base: PointerPath
  readonly problems: readonly RequestProblem[]
}

const ENVELOPE_MEMBERS = ['input', 'network_volume']

export function unwrapEnvelope(sent: unknown): UnwrappedBody {
  if (!isRecord(sent)) return { body: {}, base: [], problems: [invalid([], 'must be an object')] }
  if (!Object.hasOwn(sent, 'input')) return { body: withoutVolume(sent), base: [], problems: [] }
  const problems = Object.keys(sent)
    .filter((name) => !ENVELOPE_MEMBERS.includes(name))
    .map((name) => unknownMember([name], ENVELOPE_MEMBERS))
  if (isRecord(sent.input)) return { body: withoutVolume(sent.input), base: ['input'], problems }
  return {
    body: {},
    base: ['input'],
    problems: [...problems, invalid(['input'], 'must be an object')],
  }
}

function withoutVolume(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Object.hasOwn(body, 'network_volume')) return body
  // Object.fromEntries defines own members, so a `__proto__` that was sent stays visible and is refused later.
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'network_volume'))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
