// Names the videos of a batch, and writes the summary of its items as a table.
import { basename } from 'node:path'

const MAX_CHARS = 80
/** The ending of a sound, a picture or a video, but not a part of "Dr. Smith" or "v1.5". */
const ENDING = /\.[a-z][a-z0-9]{1,4}$/i

/**
 * The number comes first, so that no two items have the same name.
 *
 * @param name a name, or the path or URL of a voice
 */
export function itemFilename(number: number, name: string): string {
  const bare = basename(name.replace(/[?#].*$/, '')).replace(ENDING, '')
  const safe = [...bare.normalize('NFC').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')]
    .slice(0, MAX_CHARS)
    .join('')
  return `${String(number).padStart(4, '0')}-${safe === '' ? 'video' : safe}.mp4`
}

export const SUMMARY_CSV = 'summary.csv'
export const SUMMARY_JSON = 'summary.json'

export interface SummaryRow {
  readonly item: number
  readonly status: string
  /** The video; empty without one. */
  readonly file: string
  readonly job: string
  /** Why it failed; empty when it did not. */
  readonly code: string
  readonly message: string
}

const HEAD = ['item', 'status', 'file', 'job', 'code', 'message'] as const

export function summaryCsv(rows: readonly SummaryRow[]): string {
  const cells = [HEAD, ...rows.map((row) => HEAD.map((name) => row[name]))]
  return `${cells.map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`
}

export function summaryJson(rows: readonly SummaryRow[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`
}

/** A cell that begins like a formula would be one in a spreadsheet. */
function quoted(cell: string | number): string {
  const text = String(cell).replace(/^[=+@-]/, "'$&")
  return `"${text.replaceAll('"', '""')}"`
}
