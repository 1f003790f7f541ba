// Reads a voice that has more than one sound: a text that is spoken, or one sound of two people who speak in turns.
import type { DialogueSpec, PersonCount, ScriptSpec, Speaker, Turn } from './generation-spec.ts'
import { type Report, readStructuredSource } from './given-source.ts'
import type { RequestVoices } from './given-voices.ts'
import type { PointerPath } from './problems.ts'
import type { ReadMembers, RequestMembers } from './request-members.ts'
import { readScript } from './script.ts'
import { SOURCE_FORMS } from './source.ts'
import { nameOf } from './zod-problems.ts'

type VoiceMember = Exclude<NonNullable<RequestMembers['audio']>, readonly unknown[]>

export function readText(
  member: VoiceMember,
  path: PointerPath,
  read: ReadMembers,
  report: Report,
): RequestVoices {
  const text = member.text ?? ''
  for (const form of SOURCE_FORMS) {
    if (member[form] == null) continue
    report(
      path,
      'input_ambiguous',
      `${nameOf(path)} is given as text and ${form}: give one of them.`,
    )
  }
  refuseOthers({ turns: member.turns }, path, 'a sound, not a text', report)
  const script = readScript(text)
  const personCount =
    read.members.person_count ?? (script.ok && script.speakers === 2 ? 'multi' : 'single')
  const nothing = { personCount, voices: [], given: [] }
  if (!script.ok) {
    report([...path, 'text'], 'invalid_request', `${nameOf([...path, 'text'])} ${script.reason}.`)
    return nothing
  }
  checkSpeakers(personCount, script.speakers, path, report)
  const isMulti = script.speakers === 2
  if (isMulti)
    refuseOthers(
      { speaker: member.speaker, box: member.box },
      path,
      'one speaker; give "boxes"',
      report,
    )
  else refuseOthers({ boxes: member.boxes }, path, 'two speakers; give "box"', report)
  const lines = script.lines.map((line) =>
    isMulti ? line : { ...line, speaker: member.speaker ?? 'left' },
  )
  return {
    ...nothing,
    script: {
      text,
      lines,
      voices: readVoiceNames(member, lines[0]!.speaker, isMulti, path, report),
      language: member.language ?? null,
      box: member.box ?? null,
      spoken: null,
    },
    ...(isMulti ? { dialogue: { turns: [], boxes: boxesOf(member) } } : {}),
  }
}

export function readDialogue(
  member: VoiceMember,
  path: PointerPath,
  read: ReadMembers,
  report: Report,
): RequestVoices {
  const { voice, language, speaker, box } = member
  refuseOthers({ voice, language }, path, 'a "text"', report)
  refuseOthers({ speaker, box }, path, 'one speaker; give "boxes"', report)
  const personCount: PersonCount = read.members.person_count ?? 'multi'
  checkSpeakers(personCount, 2, path, report)
  const given = readStructuredSource(member, path, report)
  const turns = readTurns(member, path, report)
  if (given === null) return { personCount, voices: [], given: [] }
  return {
    personCount,
    given: [given],
    voices: [{ source: given.source, speaker: 'left', box: null }],
    dialogue: { turns, boxes: boxesOf(member) },
  }
}

/** Reports members that have no meaning beside the others. */
export function refuseOthers(
  members: Readonly<Record<string, unknown>>,
  path: PointerPath,
  meantFor: string,
  report: Report,
): void {
  for (const [name, value] of Object.entries(members)) {
    if (value == null) continue
    report(
      [...path, name],
      'invalid_request',
      `${nameOf([...path, name])} is only for ${meantFor}.`,
    )
  }
}

function checkSpeakers(
  personCount: PersonCount,
  speakers: 1 | 2,
  path: PointerPath,
  report: Report,
): void {
  if ((personCount === 'multi') === (speakers === 2)) return
  const what = speakers === 2 ? 'two people speak in it' : 'only one person speaks in it'
  const code = speakers === 2 ? 'input_ambiguous' : 'input_missing'
  report(path, code, `person_count is "${personCount}" but ${what}.`)
}

function readVoiceNames(
  { voice }: VoiceMember,
  first: Speaker,
  isMulti: boolean,
  path: PointerPath,
  report: Report,
): ScriptSpec['voices'] {
  if (voice == null) return { left: null, right: null }
  if (typeof voice === 'string') return { left: voice, right: voice }
  if (!isMulti) {
    const name = nameOf([...path, 'voice'])
    report(
      [...path, 'voice'],
      'invalid_request',
      `${name} lists two voices, but only one person speaks.`,
    )
  }
  const [left = null, right = null] = voice
  return isMulti ? { left, right } : { left: null, right: null, [first]: left }
}

function boxesOf({ boxes }: VoiceMember): DialogueSpec['boxes'] {
  return { left: boxes?.left ?? null, right: boxes?.right ?? null }
}

function readTurns({ turns }: VoiceMember, path: PointerPath, report: Report): readonly Turn[] {
  const list = (turns ?? []).map((turn, index) => ({
    index,
    speaker: turn.speaker,
    fromSeconds: turn.from_s,
    toSeconds: turn.to_s,
  }))
  const at = (index: number): PointerPath => [...path, 'turns', index]
  for (const { index, fromSeconds, toSeconds } of list) {
    if (toSeconds > fromSeconds) continue
    const message = `${nameOf(at(index))} ends at ${toSeconds} s, not after its start at ${fromSeconds} s.`
    report(at(index), 'invalid_request', message)
  }
  const sorted = list.toSorted((a, b) => a.fromSeconds - b.fromSeconds)
  for (const [place, turn] of sorted.entries()) {
    const before = sorted[place - 1]
    if (before === undefined || turn.fromSeconds >= before.toSeconds) continue
    const message = `${nameOf(at(turn.index))} begins at ${turn.fromSeconds} s, before ${nameOf(at(before.index))} ends at ${before.toSeconds} s.`
    report(at(turn.index), 'invalid_request', message)
  }
  return sorted.map(({ index: _, ...turn }) => turn)
}
