// docs/reference/request.md: every member of a generation request, from the schema that validates it.
import { generationRequestJsonSchema } from '@infinitetalk/contract'
import { cell, pageHead } from './markdown.ts'

interface MemberSchema {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly MemberSchema[]
  readonly items?: MemberSchema
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
}

export function requestPage(): string {
  const schema = generationRequestJsonSchema()
  const members = Object.entries((schema.properties ?? {}) as Record<string, MemberSchema>)
  const rows = members.map(
    ([name, member]) =>
      `| \`${name}\` | ${cell(typeOf(member))} | ${cell(member.description ?? '')} |`,
  )
  const intro = [
    'The body that describes one video. The command line builds it from its options; the flat members (`image_path`,',
    '`wav_url` and so on) are those of earlier services and mean the same. A member that is not listed is refused, with the',
    'name that was probably meant.',
  ].join('\n')
  return [
    pageHead('The generation request', intro),
    '| member | type | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function typeOf(member: MemberSchema): string {
  if (member.enum !== undefined) return member.enum.map((value) => `\`${value}\``).join(', ')
  if (member.const !== undefined) return `\`${member.const}\``
  if (member.anyOf !== undefined) return member.anyOf.map(typeOf).join(' or ')
  if (member.type === 'array' && member.items !== undefined)
    return `list of ${typeOf(member.items)}`
  return `${member.type ?? 'any'}${bounds(member)}`
}

/** What zod writes for "any safe integer"; not a bound a reader cares for. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER

function bounds({ minimum, maximum, maxLength }: MemberSchema): string {
  if (maxLength !== undefined) return `, at most ${maxLength} characters`
  const low = minimum !== undefined && Math.abs(minimum) < UNBOUNDED ? minimum : undefined
  const high = maximum !== undefined && Math.abs(maximum) < UNBOUNDED ? maximum : undefined
  if (low !== undefined && high !== undefined) return ` ${low} to ${high}`
  if (low !== undefined) return ` from ${low}`
  return high === undefined ? '' : ` up to ${high}`
}
