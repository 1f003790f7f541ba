// Clients of RunPod wrap the request: `{"input": {...}, "network_volume": ...}`. The content of `input` is read as a bare
// request. `network_volume` chooses a mount on RunPod and has no meaning here.
import { isRecord } from './is-record.ts'
import type { RequestProblem } from './problems.ts'
import { invalid, unknownMember } from './zod-problems.ts'

export interface UnwrappedBody {
  /** null when there is no body; `problems` says why. */
  readonly body: Readonly<Record<string, unknown>> | null
  /** JSON pointer of `body` within the sent JSON. */
  readonly pointer: string
  readonly problems: readonly RequestProblem[]
}

const ENVELOPE_MEMBERS = ['input', 'network_volume']

export function unwrapEnvelope(sent: unknown): UnwrappedBody {
  if (!isRecord(sent)) {
    return { body: null, pointer: '', problems: [invalid([], 'must be an object')] }
  }
  if (!Object.hasOwn(sent, 'input')) return { body: withoutVolume(sent), pointer: '', problems: [] }
  const problems = Object.keys(sent)
    .filter((name) => !ENVELOPE_MEMBERS.includes(name))
    .map((name) => unknownMember([name], ENVELOPE_MEMBERS))
  const body = isRecord(sent.input) ? withoutVolume(sent.input) : null
  if (body === null) problems.push(invalid(['input'], 'must be an object'))
  return { body, pointer: '/input', problems }
}

function withoutVolume(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Object.hasOwn(body, 'network_volume')) return body
  // Object.fromEntries defines own members, so a `__proto__` that was sent stays visible and is refused later.
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'network_volume'))
}
