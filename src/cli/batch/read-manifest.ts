// Reads the list of a batch: CSV with a header, or one JSON object a line. A column or member is one of a request; image, video and
// audio name files beside the list, URLs or uploaded files.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { didYouMean, isRecord, OPTION_NAMES } from '@infinitetalk/contract/plain'
import { parse } from 'csv-parse/sync'
import { itemFilename } from '../../domain/batch-files.ts'
import { AppError } from '../../domain/errors.ts'

export const MEDIA_COLUMNS = ['image', 'video', 'audio', 'audio_2'] as const
export type MediaColumn = (typeof MEDIA_COLUMNS)[number]

export interface BatchItem {
  /** From 1: its place in the list. */
  readonly number: number
  /** The name of its video, without a folder. */
  readonly filename: string
  readonly media: Readonly<Partial<Record<MediaColumn, unknown>>>
  /** All other members of the request. */
  readonly members: Readonly<Record<string, unknown>>
}

const MOST_ITEMS = 10_000
const MOST_BYTES = 32_000_000
/** Cells of these columns are text, whatever they look like. */
const TEXT_COLUMNS: ReadonlySet<string> = new Set(['name', 'prompt', 'negative_prompt', 'workflow'])
const COLUMNS: readonly string[] = ['name', ...MEDIA_COLUMNS, ...OPTION_NAMES]

/** @param defaults members for rows that do not have them @throws AppError `usage`, `path_not_found`, `path_unreadable` */
export async function readManifest(
  path: string,
  shownName: string,
  defaults: Readonly<Record<string, unknown>>,
): Promise<readonly BatchItem[]> {
  const text = await readText(path, shownName)
  const rows = extname(path).toLowerCase() === '.csv' ? readCsv(text) : readLines(text)
  if (rows.length === 0) throw new AppError('usage', `${shownName} lists no videos.`)
  if (rows.length > MOST_ITEMS) {
    throw new AppError(
      'usage',
      `${shownName} lists ${rows.length} videos; split it: at most ${MOST_ITEMS}.`,
    )
  }
  return rows.map((row, index) => toItem({ ...defaults, ...row }, index + 1))
}

async function readText(path: string, shownName: string): Promise<string> {
  let content: Buffer
  try {
    content = await readFile(path)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing) throw new AppError('path_not_found', `${shownName} does not exist.`, { cause })
    throw new AppError('path_unreadable', `${shownName} cannot be read.`, { cause })
  }
  if (content.length <= MOST_BYTES) return content.toString('utf8')
  throw new AppError(
    'usage',
    `${shownName} has more than ${MOST_BYTES} bytes: name files instead of base64.`,
  )
}

type Row = Readonly<Record<string, unknown>>

function readCsv(text: string): readonly Row[] {
  let rows: readonly Readonly<Record<string, string>>[]
  try {
    rows = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('usage', `The list is no valid CSV: ${reason}`, { cause })
  }
  return rows.map((row) => {
    // An empty cell is an absent member.
    const given = Object.entries(row).filter(([, cell]) => cell !== '')
    return Object.fromEntries(given.map(([column, cell]) => [column, cellValue(column, cell)]))
  })
}

/** Numbers, true, false, lists and objects are written as in JSON. */
function cellValue(column: string, cell: string): unknown {
  if (TEXT_COLUMNS.has(column) || !/^(-?\d|true$|false$|[[{])/.test(cell)) return cell
  try {
    return JSON.parse(cell)
  } catch {
    return cell
  }
}

function readLines(text: string): readonly Row[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      const row: unknown = JSON.parse(line)
      if (isRecord(row)) return [row]
    } catch {
      // Reported below, like any other value.
    }
    throw new AppError('usage', `Line ${index + 1} of the list is not a JSON object.`)
  })
}

function toItem(row: Row, number: number): BatchItem {
  const [stranger] = Object.keys(row).filter((column) => !COLUMNS.includes(column))
  if (stranger !== undefined) {
    const suggestion = didYouMean(stranger, COLUMNS)
    const meant = suggestion === null ? '' : ` Did you mean "${suggestion}"?`
    throw new AppError('usage', `The list has no column "${stranger.slice(0, 80)}".${meant}`)
  }
  const { name, image, video, audio, audio_2, ...members } = row
  const media = Object.fromEntries(
    Object.entries({ image, video, audio, audio_2 }).filter(([, value]) => value !== undefined),
  )
  const given = typeof name === 'string' ? name : typeof audio === 'string' ? audio : 'video'
  return { number, filename: itemFilename(number, given), media, members }
}
