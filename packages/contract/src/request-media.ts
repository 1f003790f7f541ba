// Decides which picture or video and which voices a request means: structured or flat, one source each, never two.
import { checkBase64 } from './base64.ts'
import { type FlatMedium, flatNamesOf, type GivenSource, readFlatSource } from './flat-request.ts'
import type { InputType, PersonCount, VoiceSpec } from './generation-spec.ts'
import type { PointerPath, RequestProblem, RequestProblemCode } from './problems.ts'
import { toPointer } from './problems.ts'
import type { RequestBounds } from './request-bounds.ts'
import type { MemberName, ReadMembers, RequestMembers } from './request-members.ts'
import { SOURCE_FORMS, type Source, type SourceForm, toSource } from './source.ts'
import { nameOf } from './zod-problems.ts'

export interface RequestMedia {
  readonly inputType: InputType
  readonly visual: Source | null
  /** Whether the picture came by a flat field: the simple API has a default size of its own. */
  readonly flatVisual: boolean
  readonly personCount: PersonCount
  readonly voices: readonly VoiceSpec[]
  readonly problems: readonly RequestProblem[]
}

type VoiceMember = Exclude<NonNullable<RequestMembers['audio']>, readonly unknown[]>

export function readMedia(read: ReadMembers, bounds: RequestBounds): RequestMedia {
  const problems: RequestProblem[] = []
  const report = (path: PointerPath, code: RequestProblemCode, message: string): void => {
    problems.push({ pointer: toPointer(path), code, message })
  }
  const visual = readVisual(read, report)
  const voices = readVoices(read, report)
  for (const given of [visual.given, ...voices.given]) {
    if (given?.source.kind === 'base64') checkText(given.source.base64, given.path, bounds, report)
  }
  return {
    inputType: visual.inputType,
    visual: visual.given?.source ?? null,
    flatVisual: visual.flat,
    personCount: voices.personCount,
    voices: voices.voices,
    problems,
  }
}

type Report = (path: PointerPath, code: RequestProblemCode, message: string) => void

function readVisual(read: ReadMembers, report: Report) {
  const structured = (['image', 'video'] as const).filter((name) => read.given.has(name))
  const flat = (['image', 'video'] as const).filter((name) => givenFlat(read, name).length > 0)
  const present = [...structured, ...flat]
  const inputType =
    read.members.input_type ?? (present.includes('image') ? 'image' : present[0]) ?? 'image'
  const nothing = { inputType, given: null, flat: flat.length > 0 }
  if (structured.length > 0 && present.length > 1) {
    const second = structured[1] ?? givenFlat(read, flat[0]!)[0]!
    report(
      [second],
      'input_ambiguous',
      `"${structured[0]}" and "${second}" are both given: give one of them.`,
    )
    return nothing
  }
  if (!present.includes(inputType)) {
    const message = `No ${inputType} is given: send "${inputType}" (or one of ${flatNamesOf(inputType).join(', ')}).`
    report([inputType], 'input_missing', message)
    return nothing
  }
  const given = structured.includes(inputType)
    ? readStructuredSource(read.members[inputType], [inputType], report)
    : readFlatSource(read.members, inputType)
  return { ...nothing, given }
}

function readVoices(read: ReadMembers, report: Report) {
  const flat = [...givenFlat(read, 'voice'), ...givenFlat(read, 'voice_2')]
  const asked = read.members.person_count
  const nothing = { personCount: asked ?? 'single', given: [], voices: [] } as const
  if (read.given.has('audio')) {
    if (flat.length === 0) return readStructuredVoices(read, report)
    report(
      [flat[0]!],
      'input_ambiguous',
      `"audio" and "${flat[0]}" are both given: give one of them.`,
    )
    return nothing
  }
  if (givenFlat(read, 'voice').length === 0) {
    const message = `No audio is given: send "audio" (or one of ${flatNamesOf('voice').join(', ')}).`
    report(['audio'], 'input_missing', message)
    return nothing
  }
  return readFlatVoices(read, report)
}

function readFlatVoices(read: ReadMembers, report: Report) {
  const first = readFlatSource(read.members, 'voice')
  const second = readFlatSource(read.members, 'voice_2')
  const secondGiven = givenFlat(read, 'voice_2').length > 0
  const personCount: PersonCount = read.members.person_count ?? (secondGiven ? 'multi' : 'single')
  if (personCount === 'multi' && !secondGiven) {
    const message = `person_count is "multi" but no second audio is given: send one of ${flatNamesOf('voice_2').join(', ')}.`
    report(['wav_path_2'], 'input_missing', message)
  }
  // As in the simple API from the first day: one speaker means that the second audio is not looked at.
  const given = [first, personCount === 'multi' ? second : null].filter((one) => one !== null)
  const voices = given.map(
    ({ source }, index): VoiceSpec => ({
      source,
      speaker: index === 0 ? 'left' : 'right',
      box: null,
    }),
  )
  return { personCount, given, voices }
}

function readStructuredVoices(read: ReadMembers, report: Report) {
  const audio = read.members.audio
  const list: readonly VoiceMember[] = Array.isArray(audio)
    ? audio
    : audio === undefined
      ? []
      : [audio]
  const asked = read.members.person_count
  const personCount: PersonCount = asked ?? (list.length === 2 ? 'multi' : 'single')
  if (audio !== undefined && personCount === 'multi' && list.length === 1) {
    report(
      ['audio'],
      'input_missing',
      'person_count is "multi" but only one audio is given: give a list of two.',
    )
  }
  if (personCount === 'single' && list.length === 2) {
    report(
      ['audio'],
      'input_ambiguous',
      'person_count is "single" but two audios are given: give one.',
    )
  }
  const [first, second] = list
  if (first?.speaker != null && first.speaker === second?.speaker) {
    report(
      ['audio', 1, 'speaker'],
      'invalid_request',
      `Both voices are of the ${first.speaker} speaker: one of them must be the other.`,
    )
  }
  const given: GivenSource[] = []
  const voices: VoiceSpec[] = []
  for (const [index, member] of list.entries()) {
    const path = Array.isArray(audio) ? ['audio', index] : ['audio']
    const one = readStructuredSource(member, path, report)
    if (one === null) continue
    given.push(one)
    voices.push({ source: one.source, speaker: speakerOf(list, index), box: member.box ?? null })
  }
  return { personCount, given, voices }
}

/** What the voice says; else what the other voice leaves; else the first is on the left. */
function speakerOf(list: readonly VoiceMember[], index: number): VoiceSpec['speaker'] {
  const own = list[index]?.speaker
  if (own != null) return own
  const other = list[1 - index]?.speaker
  if (other != null) return other === 'left' ? 'right' : 'left'
  return index === 0 ? 'left' : 'right'
}

function readStructuredSource(
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

function givenFlat(read: ReadMembers, medium: FlatMedium): readonly MemberName[] {
  return flatNamesOf(medium).filter((name) => read.given.has(name))
}

function checkText(text: string, path: PointerPath, bounds: RequestBounds, report: Report): void {
  const check = checkBase64(text)
  if (!check.ok) {
    const code = check.empty ? 'input_empty' : 'base64_invalid'
    report(path, code, `${nameOf(path)} is not valid base64: ${check.reason}.`)
  } else if (check.bytes > bounds.base64MaxBytes) {
    const message = `${nameOf(path)} holds ${check.bytes} bytes; at most ${bounds.base64MaxBytes} are allowed.`
    report(path, 'input_too_large', message)
  }
}
