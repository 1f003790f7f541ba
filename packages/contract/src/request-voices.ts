// Finds the voices of a request and their speakers.
import { flatNamesOf, type GivenSource, readFlatSource } from './flat-request.ts'
import type { PersonCount, VoiceSpec } from './generation-spec.ts'
import { givenFlat, type Report, readStructuredSource } from './given-source.ts'
import type { RequestVoices } from './given-voices.ts'
import type { ReadMembers, RequestMembers } from './request-members.ts'
import { readDialogue, readText, refuseOthers } from './request-script.ts'

type AudioMember = NonNullable<RequestMembers['audio']>
type VoiceMember = Exclude<AudioMember, readonly unknown[]>

export function readVoices(read: ReadMembers, report: Report): RequestVoices {
  const nothing = { personCount: read.members.person_count ?? 'single', voices: [], given: [] }
  const flat = [...givenFlat(read, 'voice'), ...givenFlat(read, 'voice_2')]
  if (read.given.has('audio')) {
    const [name] = flat
    if (name === undefined) {
      const { audio } = read.members
      return audio === undefined ? nothing : readStructuredVoices(audio, read, report)
    }
    report([name], 'input_ambiguous', `"audio" and "${name}" are both given: give one of them.`)
    return nothing
  }
  if (givenFlat(read, 'voice').length === 0) {
    const flatNames = flatNamesOf('voice').join(', ')
    const message = `No audio is given: send "audio" (or one of ${flatNames}).`
    report(['audio'], 'input_missing', message)
    return nothing
  }
  return readFlatVoices(read, report)
}

function readFlatVoices(read: ReadMembers, report: Report): RequestVoices {
  const secondGiven = givenFlat(read, 'voice_2').length > 0
  const personCount: PersonCount = read.members.person_count ?? (secondGiven ? 'multi' : 'single')
  if (personCount === 'multi' && !secondGiven) {
    const names = flatNamesOf('voice_2')
    const message = `person_count is "multi" but no second audio is given: send one of ${names.join(', ')}.`
    report([names[0]!], 'input_missing', message)
  }
  // As in the simple API from the first day: one speaker means that the second audio is not looked at.
  const media = personCount === 'multi' ? (['voice', 'voice_2'] as const) : (['voice'] as const)
  const given = media
    .map((medium) => readFlatSource(read.members, medium))
    .filter((one) => one !== null)
  const voices = given.map(
    ({ source }, index): VoiceSpec => ({
      source,
      speaker: index === 0 ? 'left' : 'right',
      box: null,
    }),
  )
  return { personCount, given, voices }
}

function readStructuredVoices(
  audio: AudioMember,
  read: ReadMembers,
  report: Report,
): RequestVoices {
  const list: readonly VoiceMember[] = Array.isArray(audio) ? audio : [audio]
  const [only] = list
  if (list.length === 1 && only !== undefined && (only.text != null || only.turns != null)) {
    const path = Array.isArray(audio) ? ['audio', 0] : ['audio']
    return only.text == null
      ? readDialogue(only, path, read, report)
      : readText(only, path, read, report)
  }
  for (const [index, { text, turns, boxes, voice, language }] of list.entries()) {
    const path = Array.isArray(audio) ? ['audio', index] : ['audio']
    refuseOthers({ boxes }, path, 'a "text" of two speakers, or "turns"', report)
    refuseOthers({ voice, language }, path, 'a "text"', report)
    refuseOthers({ text, turns }, path, 'a single audio, which has both people', report)
  }
  const personCount = read.members.person_count ?? (list.length === 2 ? 'multi' : 'single')
  checkVoiceCount(personCount, list, report)
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

function checkVoiceCount(
  personCount: PersonCount,
  list: readonly VoiceMember[],
  report: Report,
): void {
  const asked = `person_count is "${personCount}"`
  if (personCount === 'multi' && list.length === 1) {
    report(['audio'], 'input_missing', `${asked} but only one audio is given: give a list of two.`)
  }
  if (personCount === 'single' && list.length === 2) {
    report(['audio'], 'input_ambiguous', `${asked} but two audios are given: give one.`)
  }
  const [first, second] = list
  if (first?.speaker != null && first.speaker === second?.speaker) {
    const message = `Both voices are of the ${first.speaker} speaker: one of them must be the other.`
    report(['audio', 1, 'speaker'], 'invalid_request', message)
  }
}

/** The given side; else the side that the other voice leaves free; else left for the first voice. */
function speakerOf(list: readonly VoiceMember[], index: number): VoiceSpec['speaker'] {
  const own = list[index]?.speaker
  if (own != null) return own
  const other = list[1 - index]?.speaker
  if (other != null) return other === 'left' ? 'right' : 'left'
  return index === 0 ? 'left' : 'right'
}
