// `network_volume: true` of RunPod's clients: the finished video is a file on a volume that the client sees as well, and the answer
// says where. It is written when the job is first read after its end, whole or not at all, and stays there for the client.
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, constants, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isRecord } from '@infinitetalk/contract/plain'
import type { OpenedVideo } from '../../app/hub.ts'
import { AppError, toAppError } from '../../domain/errors.ts'

/** Below the volume, as the serverless worker of this program has it. */
const FOLDER = 'infinitetalk'
/** In the metadata of the job, where it is kept with it and can be seen. */
const MARK = 'network_volume'

/** The members of a request, with the wish among those that a job keeps. */
export function markForVolume(
  input: Readonly<Record<string, unknown>>,
  beside: unknown,
): Readonly<Record<string, unknown>> {
  const { network_volume: inside, ...members } = input
  if (inside !== true && beside !== true) return members
  const { metadata = {} } = members
  // Metadata of another form is for the request's own schema to refuse.
  return isRecord(metadata) ? { ...members, metadata: { ...metadata, [MARK]: 'true' } } : members
}

export function asksForVolume({ metadata }: { readonly metadata?: unknown }): boolean {
  return isRecord(metadata) && metadata[MARK] === 'true'
}

/** Before the render: a video that nobody can have would cost a GPU its time. @throws AppError `engine_unsupported` */
export async function requireVolume(folder: string): Promise<void> {
  const isThere = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
  if (isThere) return
  const detail = `"network_volume" was asked for, and ${folder} is no folder that can be written: set RUNPOD_VOLUME_DIR.`
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
