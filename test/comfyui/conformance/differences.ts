// Compares what was recorded with what the stand-in says: everything but what no two servers can have in common (times, minted
// ids, folders, random names), which is made equal first.
import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '@infinitetalk/contract'
import type { Folders } from '../standin/input-files.ts'

export interface Neutral {
  /** Ids that the recorded server chose, and ours for the same prompts. */
  readonly ids: ReadonlyMap<string, string>
  readonly folders: Folders
  readonly spool: string
  readonly graphs: readonly unknown[]
}

/** Their order is that of a Python set. */
const SETS = new Set(['executed', 'current_outputs', 'nodes', 'dependent_outputs'])
const TIMES = /^(timestamp|create_time|execution_(start|end)_time)$/
/** The id that the server chooses for a client without one. */
const CHOSEN_SID = /^[0-9a-f]{32}$/
const ANY = Symbol('anything')

/** The recorded text with the names of our server. */
export function toOurs(text: string, { ids, folders, spool }: Neutral): string {
  let ours = text
    .replaceAll('/comfy/run/input', folders.input)
    .replaceAll('/comfy/run/output', folders.output)
    .replaceAll('/comfy/run/temp', folders.temp)
    .replaceAll('/spool', spool)
  for (const [recorded, chosen] of ids) ours = ours.replaceAll(recorded, chosen)
  return ours.replaceAll(/ComfyUI_temp_[a-z]{5}_/g, 'ComfyUI_temp_*_')
}

/** Our server's answer without its own names. */
export function withoutOwn(value: unknown, graphs: readonly unknown[]): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/ComfyUI_temp_[a-z0-9]{5}_/g, 'ComfyUI_temp_*_')
  if (typeof value !== 'object' || value === null) return value
  if (graphs.some((graph) => isGraph(graph) && isDeepStrictEqual(graph, value))) return '<graph>'
  if (Array.isArray(value)) return value.map((item) => withoutOwn(item, graphs))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'traceback')
      .map(([key, item]) => [key, withoutOwn(item, graphs)]),
  )
}

function isGraph(graph: unknown): boolean {
  return typeof graph === 'object' && graph !== null && Object.keys(graph).length > 0
}

/** One line for each difference. */
export function differences(recorded: unknown, ours: unknown, at = ''): readonly string[] {
  const expected = expectation(recorded)
  if (expected === ANY || ours === '<object>') return []
  if (Array.isArray(expected) && Array.isArray(ours)) return listDifferences(expected, ours, at)
  if (isRecord(expected) && isRecord(ours)) return recordDifferences(expected, ours, at)
  return isDeepStrictEqual(expected, ours)
    ? []
    : [`${at}: recorded ${show(expected)}, ours ${show(ours)}`]
}

function expectation(recorded: unknown): unknown {
  return recorded === '<long>' ? ANY : recorded
}

function listDifferences(expected: readonly unknown[], ours: readonly unknown[], at: string) {
  if (expected.length !== ours.length)
    return [`${at}: recorded ${show(expected)}, ours ${show(ours)}`]
  return expected.flatMap((item, index) => differences(item, ours[index], `${at}[${index}]`))
}

function recordDifferences(
  expected: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
  at: string,
) {
  const keys = new Set([...Object.keys(expected), ...Object.keys(ours)])
  return [...keys].flatMap((key) => {
    const [wanted, found] = [expected[key], ours[key]]
    if (TIMES.test(key))
      return typeof wanted === typeof found ? [] : [`${at}.${key}: ${show(found)}`]
    // Descriptions were taken out of the kept object_info, and empty options with them.
    if (key === 'input_config' && Array.isArray(found) && found.length === 1) {
      return differences(wanted, [...found, {}], `${at}.${key}`)
    }
    if (key === 'sid' && CHOSEN_SID.test(String(found))) return []
    if (SETS.has(key) && isTexts(wanted) && isTexts(found)) {
      return differences(wanted.toSorted(), found.toSorted(), `${at}.${key}`)
    }
    return differences(wanted, found, `${at}.${key}`)
  })
}

/** Only which keys there are: for answers whose values belong to the machine. */
export function shapeOf(value: unknown): unknown {
  if (!isRecord(value)) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]))
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 300) ?? String(value)
}
