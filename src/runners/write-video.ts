// A video of the hub as a file somewhere else: complete and on the disk when this returns, and gone again when it could not be
// written. It is written under its own name: volumes that are object stores in truth copy what is renamed.
import { createWriteStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { OpenedVideo } from '../app/hub.ts'
import { AppError, toAppError } from '../domain/errors.ts'

/** @param path what is there is replaced. @throws AppError `output_unwritable`, `disk_full`, or the reason of the signal */
export async function writeVideo(
  video: OpenedVideo,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await pipeline(await video.read(), createWriteStream(path), { signal })
    await flush(path)
  } catch (thrown) {
    await rm(path, { force: true }).catch(() => {})
    if (signal.aborted) throw toAppError(signal.reason)
    const error = toAppError(thrown)
    if (error.code === 'disk_full') throw error
    const detail = `The video could not be saved as ${path}: ${error.detail}`
    throw new AppError('output_unwritable', detail, { cause: thrown })
  }
}

/** A handle that lends itself to a stream would wait for that stream when it is closed. */
async function flush(path: string): Promise<void> {
  await using file = await open(path, 'r+')
  await file.sync()
}
