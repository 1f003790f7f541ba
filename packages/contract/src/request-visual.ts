// Finds the image or video of a request.
import { flatNamesOf, type GivenSource, readFlatSource } from './flat-request.ts'
import { INPUT_TYPES, type InputType } from './generation-spec.ts'
import { givenFlat, type Report, readStructuredSource } from './given-source.ts'
import type { ReadMembers } from './request-members.ts'

export interface RequestVisual {
  readonly inputType: InputType
  readonly given: GivenSource | null
  /** Whether a flat member gave it: the simple API has its own default size. */
  readonly flat: boolean
}

export function readVisual(read: ReadMembers, report: Report): RequestVisual {
  const structured = INPUT_TYPES.filter((type) => read.given.has(type))
  const flatTypes = INPUT_TYPES.filter((type) => givenFlat(read, type).length > 0)
  const present = [...structured, ...flatTypes]
  const inputType =
    read.members.input_type ?? (present.includes('image') ? 'image' : present[0]) ?? 'image'
  const nothing = { inputType, given: null, flat: flatTypes.length > 0 }
  const [first, second] = [...structured, ...flatTypes.flatMap((type) => givenFlat(read, type))]
  // Flat fields alone may hold both: the simple API looks only at those that input_type names.
  if (structured.length > 0 && second !== undefined) {
    report(
      [second],
      'input_ambiguous',
      `"${first}" and "${second}" are both given: give one of them.`,
    )
    return nothing
  }
  if (!present.includes(inputType)) {
    const flatNames = flatNamesOf(inputType).join(', ')
    const message = `No ${inputType} is given: send "${inputType}" (or one of ${flatNames}).`
    report([inputType], 'input_missing', message)
    return nothing
  }
  const given = structured.includes(inputType)
    ? readStructuredSource(read.members[inputType], [inputType], report)
    : readFlatSource(read.members, inputType)
  return { ...nothing, given }
}
