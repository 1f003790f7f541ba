// The results of a batch beside its videos: a summary that says what failed and why, and, on request, one archive of all.
import { createWriteStream } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'
import { publishPart } from '../../app/output-file.ts'
import { SUMMARY_CSV, SUMMARY_JSON, summaryCsv, summaryJson } from '../../domain/batch-files.ts'
import type { ItemState } from './journal.ts'
import type { BatchItem } from './read-manifest.ts'

export interface BatchResult extends ItemState {
  readonly item: BatchItem
}

export function statusOf({ file, failure }: ItemState): 'done' | 'failed' | 'missing' {
  if (file !== null) return 'done'
  return failure === null ? 'missing' : 'failed'
}

export async function writeSummary(folder: string, results: readonly BatchResult[]): Promise<void> {
  const rows = results.map((result) => {
    const { item, file, jobId, failure } = result
    const { code = '', message = '' } = failure ?? {}
    const status = statusOf(result)
    return { item: item.number, status, file: file ?? '', job: jobId ?? '', code, message }
  })
  await writeFile(join(folder, SUMMARY_CSV), summaryCsv(rows))
  await writeFile(join(folder, SUMMARY_JSON), summaryJson(rows))
}

/** Streams the videos, which are compressed already, and the summary into one file. */
export async function writeArchive(
  folder: string,
  results: readonly BatchResult[],
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const zip = new yazl.ZipFile()
  for (const name of [SUMMARY_CSV, SUMMARY_JSON]) zip.addFile(join(folder, name), name)
  for (const { file } of results) {
    if (file !== null) zip.addFile(join(folder, file), file, { compress: false })
  }
  zip.end()
  const part = `${path}.part`
  try {
    await pipeline(zip.outputStream, createWriteStream(part), { signal })
    await publishPart(part, { path, overwrite: true })
  } finally {
    await rm(part, { force: true })
  }
}
