// Streams the videos of a batch as one zip, with a summary of its items. Videos are compressed already, so they are stored as they are,
// which gives the size of the whole before the first byte.
import type { Readable } from 'node:stream'
import yazl from 'yazl'
import type { ArchivedItem } from '../app/hub.ts'
import { SUMMARY_CSV, SUMMARY_JSON, summaryCsv, summaryJson } from '../domain/batch-files.ts'

interface Zip {
  readonly stream: Readable
  readonly bytes: number
}

/** A video that cannot be read to its end breaks the stream off. */
export async function zipOf(items: readonly ArchivedItem[], atMs: number): Promise<Zip> {
  const zip = new yazl.ZipFile()
  const stream = zip.outputStream as Readable
  let reading: Readable | null = null
  zip.on('error', (error: Error) => stream.destroy(error))
  // A reader that goes away closes the file that is being read.
  stream.once('close', () => reading?.destroy())
  const rows = items.map(({ row }) => row)
  const options = { compress: false, mtime: new Date(atMs) }
  zip.addBuffer(Buffer.from(summaryCsv(rows)), SUMMARY_CSV, options)
  zip.addBuffer(Buffer.from(summaryJson(rows)), SUMMARY_JSON, options)
  for (const { row, video } of items) {
    if (video === null) continue
    zip.addReadStreamLazy(row.file, { ...options, size: video.bytes }, (give) => {
      const onError = (error: Error): void => void stream.destroy(error)
      video.read().then((content) => {
        reading = content.once('error', onError)
        if (stream.destroyed) content.destroy()
        else give(null, content)
      }, onError)
    })
  }
  // The published types lack the argument of the callback.
  const end = zip.end.bind(zip) as (options: undefined, onSize: (bytes: number) => void) => void
  return { stream, bytes: await new Promise((resolve) => end(undefined, resolve)) }
}
