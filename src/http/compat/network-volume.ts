// `network_volume: true` of RunPod's clients: the finished video becomes a file on a volume that the client can read, and the
// answer has its path. It is written atomically when the finished job is first read, and never deleted.
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, constants, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isRecord } from '@infinitetalk/contract/plain'
import type { OpenedVideo } from '../../app/hub.ts'
import { AppError, toAppError } from '../../domain/errors.ts'

/** Folder on the volume, the same as that of the serverless worker. */
const FOLDER = 'infinitetalk'
/** Key in the metadata, which is kept with the job. */
const MARK = 'network_volume'

/** Moves `network_volume` into the metadata of the request. */
export function markForVolume(
  input: Readonly<Record<string, unknown>>,
  beside: unknown,
): Readonly<Record<string, unknown>> {
  const { network_volume: inside, ...members } = input
  if (inside !== true && beside !== true) return members
  const { metadata = {} } = members
  // The schema of the request rejects other metadata.
  return isRecord(metadata) ? { ...members, metadata: { ...metadata, [MARK]: 'true' } } : members
}

export function asksForVolume({ metadata }: { readonly metadata?: unknown }): boolean {
  return isRecord(metadata) && metadata[MARK] === 'true'
}

/** Checked before the render, which would be wasted otherwise. @throws AppError `engine_unsupported` */
export async function requireVolume(folder: string): Promise<void> {
  const isThere = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
  if (isThere) return
  const detail = `"network_volume" needs a writable folder, which ${folder} is not: set RUNPOD_VOLUME_DIR.`
  throw new AppError('engine_unsupported', detail, { pointer: '/input/network_volume' })
}

/** @returns the path of the video @throws AppError `output_unwritable`, `disk_full` */
export async function putOnVolume(
  id: string,
  open: () => Promise<OpenedVideo>,
  folder: string,
): Promise<string> {
  const path = join(folder, FOLDER, `${id}.mp4`)
  if (await exists(path)) return path
  const part = `${path}.${randomUUID()}.part`
  try {
    await mkdir(join(folder, FOLDER), { recursive: true })
    const video = await open()
    await pipeline(await video.read(), createWriteStream(part, { flush: true }))
    await rename(part, path)
    return path
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => {})
    const error = toAppError(thrown)
    if (error.code !== 'internal_error') throw error
    const detail = `The video could not be saved as ${path}: ${error.detail}`
    throw new AppError('output_unwritable', detail, { cause: thrown })
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
