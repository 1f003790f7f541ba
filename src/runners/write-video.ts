// Writes a video of the hub to another place: complete and on the disk when this returns, and removed again if writing failed. It
// is written under its final name, because volumes that are really object stores copy a file to rename it.
import { createWriteStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { OpenedVideo } from '../app/hub.ts'
import { AppError, toAppError } from '../domain/errors.ts'

/** @param path an existing file is replaced. @throws AppError `output_unwritable`, `disk_full`, or the reason of the signal */
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

/** A handle used as a stream would wait for that stream when it is closed. */
async function flush(path: string): Promise<void> {
  await using file = await open(path, 'r+')
  await file.sync()
}
