// Leaves the video where Beam picks up the outputs of a task: a folder of its own for each file, complete and on the disk when this
// returns, and gone again when it could not be written.
import { randomUUID } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OpenedVideo } from '../../app/hub.ts'
import { AppError } from '../../domain/errors.ts'
import { writeVideo } from '../write-video.ts'

export interface OutputPlace {
  /** `/outputs` in a container. */
  readonly folder: string
  readonly taskId: string
  readonly filename: string
}

/** @throws AppError `output_unwritable`, `disk_full`, or the reason of the signal */
export async function saveOutput(
  video: OpenedVideo,
  { folder, taskId, filename }: OutputPlace,
  signal: AbortSignal,
): Promise<void> {
  // An id comes from the gateway; as a name in a path it is looked at all the same.
  if (!/^[\w-]{1,128}$/.test(taskId)) {
    throw new AppError('output_unwritable', `"${taskId}" is no id of a task.`)
  }
  // A task that is delivered again is ended with the video that it has: Beam would list another one beside it.
  if (await isThere(video, join(folder, taskId), filename)) return
  const path = join(folder, taskId, randomUUID(), filename)
  try {
    await writeVideo(video, path, signal)
  } catch (thrown) {
    await rm(dirname(path), { recursive: true, force: true }).catch(() => {})
    throw thrown
  }
}

async function isThere({ bytes }: OpenedVideo, folder: string, filename: string): Promise<boolean> {
  const places = await readdir(folder).catch(() => [])
  const sizes = places.map((place) =>
    stat(join(folder, place, filename)).then(
      ({ size }) => size,
      () => null,
    ),
  )
  return (await Promise.all(sizes)).includes(bytes)
}
