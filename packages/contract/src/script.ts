// A text that is to be spoken, read as a script: lines that begin with `A:` and `B:` are two speakers in turns.
import type { ScriptLine } from './generation-spec.ts'

export type ScriptResult =
  | { readonly ok: true; readonly lines: readonly ScriptLine[]; readonly speakers: 1 | 2 }
  | { readonly ok: false; readonly reason: string }

const LABEL = /^[ \t]*([AB]):[ \t]*/
/** Each turn is a call of the speech program. */
export const SCRIPT_MAX_LINES = 200

/** A is the left person, B the right one. A line without a label continues the one before. A text without labels is one speaker's. */
export function readScript(text: string): ScriptResult {
  const rows = text.split(/\r\n|[\r\n]/).filter((row) => row.trim() !== '')
  if (rows.length === 0) return { ok: false, reason: 'holds no words' }
  const labels = rows.map((row) => LABEL.exec(row)?.[1])
  if (labels.every((label) => label === undefined)) {
    return { ok: true, lines: [{ speaker: 'left', text: rows.join('\n') }], speakers: 1 }
  }
  if (labels[0] === undefined) {
    return { ok: false, reason: 'is a script, so its first line must begin with "A:" or "B:"' }
  }
  const lines: { speaker: ScriptLine['speaker']; text: string }[] = []
  for (const [index, row] of rows.entries()) {
    const label = labels[index]
    const words = row.replace(LABEL, '').trim()
    const speaker = label === 'B' ? 'right' : 'left'
    const last = lines.at(-1)
    if (last !== undefined && (label === undefined || last.speaker === speaker)) {
      last.text = `${last.text}\n${words}`.trim()
    } else lines.push({ speaker, text: words })
  }
  if (lines.some((line) => !/[\p{L}\p{N}]/u.test(line.text))) {
    return { ok: false, reason: 'has a speaker without words' }
  }
  if (lines.length > SCRIPT_MAX_LINES) {
    return {
      ok: false,
      reason: `has ${lines.length} turns; at most ${SCRIPT_MAX_LINES} are allowed`,
    }
  }
  const speakers = new Set(lines.map(({ speaker }) => speaker)).size === 2 ? 2 : 1
  return { ok: true, lines, speakers }
}
