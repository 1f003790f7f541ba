// Decides which image or video and which voices a request means. Each has one source, structured or flat.
import { checkBase64 } from './base64.ts'

import type { GenerationSpec, InputType, PersonCount, VoiceSpec } from './generation-spec.ts'
import type { Report } from './given-source.ts'
import { type PointerPath, type RequestProblem, toPointer } from './problems.ts'
import type { RequestBounds } from './request-bounds.ts'
import type { ReadMembers } from './request-members.ts'
import { readVisual } from './request-visual.ts'
import { readVoices } from './request-voices.ts'
import type { Source } from './source.ts'
import { nameOf } from './zod-problems.ts'

export interface RequestMedia extends Pick<GenerationSpec, 'dialogue' | 'script'> {
  readonly inputType: InputType
  readonly visual: Source | null
  /** Whether a flat member gave the image: the simple API has its own default size. */
  readonly flatVisual: boolean
  readonly personCount: PersonCount
  readonly voices: readonly VoiceSpec[]
  readonly problems: readonly RequestProblem[]
}

export function readMedia(read: ReadMembers, bounds: RequestBounds): RequestMedia {
  const problems: RequestProblem[] = []
  const report: Report = (path, code, message) => {
    problems.push({ pointer: toPointer(path), code, message })
  }
  const visual = readVisual(read, report)
  const { personCount, voices, given, dialogue, script } = readVoices(read, report)
  checkCaptions(read, script, report)
  for (const { source, path } of visual.given === null ? given : [visual.given, ...given]) {
    if (source.kind === 'base64') checkText(source.base64, path, bounds, report)
  }
  return {
    inputType: visual.inputType,
    visual: visual.given?.source ?? null,
    flatVisual: visual.flat,
    personCount,
    voices,
    ...(dialogue === undefined ? {} : { dialogue }),
    ...(script === undefined ? {} : { script }),
    problems,
  }
}

function checkCaptions(
  { members }: ReadMembers,
  script: GenerationSpec['script'],
  report: Report,
): void {
  const hasText = script !== undefined || isText(members.audio)
  if (members.captions === undefined || hasText) return
  report(['captions'], 'invalid_request', 'captions are made of a text: give "audio" as {"text"}.')
}

/** A text with another problem was reported already. */
function isText(audio: ReadMembers['members']['audio']): boolean {
  return audio !== undefined && [audio].flat().some(({ text }) => text != null)
}

function checkText(text: string, path: PointerPath, bounds: RequestBounds, report: Report): void {
  const check = checkBase64(text)
  if (!check.ok) {
    const code = check.empty ? 'input_empty' : 'base64_invalid'
    report(path, code, `${nameOf(path)} is not valid base64: ${check.reason}.`)
  } else if (check.bytes > bounds.base64MaxBytes) {
    const most = `at most ${bounds.base64MaxBytes} are allowed`
    report(path, 'input_too_large', `${nameOf(path)} holds ${check.bytes} bytes; ${most}.`)
  }
}
