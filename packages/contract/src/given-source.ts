// One source of a request. It is rejected when it has no form or two forms.
import { type FlatMedium, flatNamesOf, type GivenSource } from './flat-request.ts'
import type { PointerPath, RequestProblemCode } from './problems.ts'
import type { MemberName, ReadMembers } from './request-members.ts'
import { SOURCE_FORMS, type SourceForm, toSource } from './source.ts'
import { nameOf } from './zod-problems.ts'

/** Collects a problem. Readers continue, so that all problems are reported at once. */
export type Report = (path: PointerPath, code: RequestProblemCode, message: string) => void

/** null when the member is rejected, here or before. */
export function readStructuredSource(
  member: Readonly<Partial<Record<SourceForm, string | null | undefined>>> | undefined,
  path: PointerPath,
  report: Report,
): GivenSource | null {
  if (member === undefined) return null
  const forms = SOURCE_FORMS.filter((form) => member[form] != null)
  const [form] = forms
  if (form === undefined) {
    report(path, 'input_missing', `${nameOf(path)} needs one of ${SOURCE_FORMS.join(', ')}.`)
    return null
  }
  if (forms.length > 1) {
    report(
      path,
      'input_ambiguous',
      `${nameOf(path)} is given as ${forms.join(' and ')}: give one of them.`,
    )
    return null
  }
  return { path: [...path, form], source: toSource(form, member[form]!) }
}

/** The present flat members of a medium, valid or not, in order of precedence. */
export function givenFlat(read: ReadMembers, medium: FlatMedium): readonly MemberName[] {
  return flatNamesOf(medium).filter((name) => read.given.has(name))
}
