// Makes plain sentences of the issues of zod, with "did you mean" for names and values, and one pointer per problem.
import { z } from 'zod'
import { didYouMean } from './did-you-mean.ts'
import { type PointerPath, type RequestProblem, toPointer } from './problems.ts'

type Issue = z.core.$ZodIssue
type Schema = z.core.$ZodType

/** The problems of one member at `path` in the sent body. `issues` come from parsing with `reportInput`. */
export function problemsOf(
  issues: readonly Issue[],
  schema: Schema,
  path: PointerPath,
): RequestProblem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, schema, path))
}

function problemsOfIssue(issue: Issue, schema: Schema, base: PointerPath): RequestProblem[] {
  const inner = issue.path.filter((step) => typeof step !== 'symbol')
  const path = [...base, ...inner]
  if (issue.code === 'unrecognized_keys') {
    const known = membersAt(schema, inner)
    return issue.keys.map((key) => unknownMember([...path, key], known))
  }
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.find((errors) => errors.some((error) => !isWrongType(error)))
    if (branch !== undefined) return problemsOf(branch, schemaAt(schema, inner) ?? schema, path)
    const kinds = issue.errors.flatMap((errors) => errors.map(expectedKind))
    return [invalid(path, `must be ${[...new Set(kinds)].join(' or ')}`)]
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    return problemsOf(issue.issues, schema, path)
  }
  return [invalid(path, sayIssue(issue))]
}

export function unknownMember(path: PointerPath, known: Iterable<string>): RequestProblem {
  const name = String(path.at(-1))
  const suggestion = didYouMean(name, known)
  const meant = suggestion === null ? '' : ` Did you mean "${suggestion}"?`
  const message = `There is no member "${shorten(nameOf(path))}".${meant}`
  return { pointer: toPointer(path), code: 'unknown_field', message }
}

export function invalid(path: PointerPath, what: string): RequestProblem {
  const subject = path.length === 0 ? 'The request' : nameOf(path)
  return {
    pointer: toPointer(path),
    code: 'invalid_request',
    message: `${shorten(subject)} ${what}.`,
  }
}

/** The name of a member in sentences, e.g. `audio.0.url`. */
export function nameOf(path: PointerPath): string {
  return path.join('.')
}

/** Names come from the caller and appear in messages and logs, so they are bounded. */
function shorten(name: string): string {
  return name.length <= 80 ? name : `${name.slice(0, 79)}…`
}

function sayIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      return `must be ${expectedKind(issue)}`
    case 'invalid_value':
      return sayInvalidValue(issue.values.map(String), issue.input)
    case 'too_big':
      return `must ${sayMeasure(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin)}`
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty'
      if (issue.inclusive === false) return `must be more than ${issue.minimum}`
      return `must ${sayMeasure(issue.origin)} at least ${issue.minimum}${unitOf(issue.origin)}`
    default:
      return issue.message
  }
}

function sayInvalidValue(values: readonly string[], input: unknown): string {
  const choices = values.map((value) => `"${value}"`).join(', ')
  const suggestion = typeof input === 'string' ? didYouMean(input, values) : null
  return `must be one of ${choices}${suggestion === null ? '' : `; "${suggestion}" is close`}`
}

function sayMeasure(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have' : 'be'
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' ? ' entries' : ''
}

function isWrongType(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
}

function expectedKind(issue: Issue): string {
  if (issue.code !== 'invalid_type') return 'something else'
  return KINDS[issue.expected] ?? issue.expected
}

/** The member names of the strict object at `path` in the schema; empty when there is none. */
function membersAt(schema: Schema, path: PointerPath): string[] {
  const found = schemaAt(schema, path)
  if (found instanceof z.ZodObject) return Object.keys(found.shape)
  if (found instanceof z.ZodUnion) return found.options.flatMap((option) => membersAt(option, []))
  return []
}

function schemaAt(schema: Schema, path: PointerPath): Schema | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return schemaAt(schema.unwrap(), path)
  }
  const [step, ...rest] = path
  if (step === undefined) return schema
  if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) {
      const found = schemaAt(option, path)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (schema instanceof z.ZodArray) return schemaAt(schema.element, rest)
  const member = schema instanceof z.ZodObject ? schema.shape[step] : undefined
  return member === undefined ? undefined : schemaAt(member, rest)
}
