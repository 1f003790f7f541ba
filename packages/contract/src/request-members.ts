// Reads a body member by member, so that one bad member hides no other. Valid members are kept; each other is a problem.
import type { z } from 'zod'
import type { GenerationRequestSchema } from './generation-request.ts'
import type { RequestProblem } from './problems.ts'
import { invalid, problemsOf, unknownMember } from './zod-problems.ts'

type ParsedRequest = z.output<GenerationRequestSchema>

/** The valid members. Absent, null and rejected members are missing. */
export type RequestMembers = {
  readonly [Name in keyof ParsedRequest]?: NonNullable<ParsedRequest[Name]>
}
export type MemberName = keyof ParsedRequest

export interface ReadMembers {
  readonly members: RequestMembers
  /** All known members that are present and not null, valid or not. A rejected member is not reported as missing too. */
  readonly given: ReadonlySet<MemberName>
  readonly problems: readonly RequestProblem[]
}

export function readMembers(
  body: Readonly<Record<string, unknown>>,
  schema: GenerationRequestSchema,
): ReadMembers {
  const members: Record<string, unknown> = {}
  const given = new Set<MemberName>()
  const problems: RequestProblem[] = []
  for (const name of Object.keys(body)) {
    const path = [name]
    if (!isMemberName(schema, name)) {
      problems.push(unknownMember(path, Object.keys(schema.shape)))
      continue
    }
    const value = body[name]
    if (value === undefined || value === null) continue
    given.add(name)
    if (name === 'metadata' && Object.hasOwn(value, '__proto__')) {
      // zod's record drops this key in silence.
      problems.push(invalid([...path, '__proto__'], 'is not allowed as a name'))
    }
    const parsed = schema.shape[name].safeParse(value, { reportInput: true })
    if (parsed.success) members[name] = parsed.data
    else problems.push(...problemsOf(parsed.error.issues, schema.shape[name], path))
  }
  return { members: members as RequestMembers, given, problems }
}

function isMemberName(schema: GenerationRequestSchema, name: string): name is MemberName {
  return Object.hasOwn(schema.shape, name)
}
