// docs/reference/request.md: every member of a generation request, from the schema that validates it.
import { generationRequestJsonSchema } from '@infinitetalk/contract'
import { cell, pageHead } from './markdown.ts'

interface MemberSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly MemberSchema[]
  readonly oneOf?: readonly { readonly required?: readonly string[] }[]
  readonly items?: MemberSchema
  readonly properties?: Readonly<Record<string, MemberSchema>>
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
}

export function requestPage(): string {
  const schema = generationRequestJsonSchema()
  const definitions = Object.entries((schema.$defs ?? {}) as Record<string, MemberSchema>)
  const intro = [
    'The body that describes one video. The command line builds it from its options; the flat members (`image_path`,',
    '`wav_url` and so on) are those of earlier services and mean the same. A member that is not listed is rejected, with the',
    'name that was probably meant; a member that is null counts as absent.',
  ].join('\n')
  return [
    pageHead('The generation request', intro),
    ...memberTable(schema as MemberSchema),
    ...definitions.flatMap(([name, definition]) => [
      `## ${name}`,
      '',
      `An object with exactly one of ${formsOf(definition)}.`,
      '',
      ...memberTable(definition),
    ]),
  ].join('\n')
}

function formsOf({ oneOf = [] }: MemberSchema): string {
  return oneOf.flatMap(({ required = [] }) => required.map((name) => `\`${name}\``)).join(', ')
}

function memberTable({ properties = {} }: MemberSchema): string[] {
  const rows = Object.entries(properties).map(
    ([name, member]) => `| \`${name}\` | ${cell(typeOf(member))} | ${cell(describe(member))} |`,
  )
  return ['| member | type | meaning |', '| --- | --- | --- |', ...rows, '']
}

function describe(member: MemberSchema): string {
  const text =
    member.description ?? member.anyOf?.find((part) => part.description)?.description ?? ''
  if (member.default === undefined) return text
  return `${text} Default: ${JSON.stringify(member.default)}.`.trim()
}

function typeOf(member: MemberSchema): string {
  if (member.$ref !== undefined) return linkTo(member.$ref)
  if (member.enum !== undefined) {
    return member.enum
      .filter((value) => value !== null)
      .map((value) => `\`${value}\``)
      .join(', ')
  }
  if (member.const !== undefined) return `\`${member.const}\``
  if (member.anyOf !== undefined) {
    return member.anyOf
      .filter((part) => part.type !== 'null')
      .map(typeOf)
      .join(' or ')
  }
  if (member.type === 'array') return `list of ${typeOf(member.items ?? {})}`
  if (member.type === 'object' && member.properties !== undefined) {
    return `object of ${Object.keys(member.properties)
      .map((name) => `\`${name}\``)
      .join(', ')}`
  }
  return `${plainType(member)}${bounds(member)}`
}

function linkTo(reference: string): string {
  const name = reference.split('/').at(-1) ?? ''
  return `[${name}](#${name.toLowerCase()})`
}

function plainType({ type }: MemberSchema): string {
  if (type === undefined) return 'any'
  return typeof type === 'string' ? type : type.filter((name) => name !== 'null').join(' or ')
}

/** Zod's bound for "any safe integer", which no reader needs. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER

function bounds({ minimum, maximum, maxLength }: MemberSchema): string {
  if (maxLength !== undefined) return `, at most ${maxLength} characters`
  const low = minimum !== undefined && Math.abs(minimum) < UNBOUNDED ? minimum : undefined
  const high = maximum !== undefined && Math.abs(maximum) < UNBOUNDED ? maximum : undefined
  if (low !== undefined && high !== undefined) return ` ${low} to ${high}`
  if (low !== undefined) return ` from ${low}`
  return high === undefined ? '' : ` up to ${high}`
}
