// The folder of one prompt in the folder that ComfyUI and this program share. The node pack makes a folder in it, named by the time,
// and saves each window's new frames there when it has decoded them: frame_00000.png, frame_00001.png, ... through the whole video.
import { constants, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../domain/errors.ts'
import type { Backend } from '../backend.ts'
import { ownIdOf } from '../prompt-id.ts'
import { isWholePng } from '../window/check-frames.ts'

const PROMPT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Begins the names of our folders: other programs name theirs by UUIDs too. */
const OURS = 'infinitetalk-'
const FRAME = /^frame_(\d{5,})\.png$/
/** No job lives as long: an older folder is nobody's. */
const KEPT_MS = 24 * 60 * 60_000
/** A link would lead out of the folder, and a pipe would never open. Windows has no such flags. */
const FILES_ONLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** null where the backend shares no folder. */
export function savedFramesOf(
  { framesFolder }: Pick<Backend, 'framesFolder'>,
  promptId: string,
): SavedFrames | null {
  const id = ownIdOf(promptId)
  return framesFolder === undefined || !PROMPT_ID.test(id)
    ? null
    : new SavedFrames(join(framesFolder, `${OURS}${id}`))
}

export class SavedFrames {
  /** Ours; the node makes its own in it. */
  readonly path: string
  #folder: string | null = null

  constructor(path: string) {
    this.path = path
  }

  /** @throws AppError `config_invalid` */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true }).catch((cause: unknown) => {
      const detail = `The folder of COMFYUI_FRAMES_DIR cannot be written (${this.path}).`
      throw new AppError('config_invalid', detail, { cause })
    })
  }

  /** The node has begun, and its folder is seen here. */
  async hasBegun(): Promise<boolean> {
    return (await this.#find()) !== null
  }

  /** The first frame that is there; null when there is none. */
  async first(): Promise<number | null> {
    const folder = await this.#find()
    if (folder === null) return null
    const names = await readdir(folder).catch(() => [])
    return names.reduce((first: number | null, name) => {
      const [, number] = FRAME.exec(name) ?? []
      return number === undefined ? first : Math.min(first ?? Number.MAX_VALUE, Number(number))
    }, null)
  }

  /** The paths of these frames; null until each is there and whole. */
  async whole(firstFrame: number, frames: number): Promise<readonly string[] | null> {
    const folder = await this.#find()
    if (folder === null) return null
    const paths = Array.from({ length: frames }, (_, index) =>
      join(folder, `frame_${String(firstFrame + index).padStart(5, '0')}.png`),
    )
    // Written last: without it the others need not be looked at.
    if (!(await isWhole(paths.at(-1)!))) return null
    for (const path of paths) if (!(await isWhole(path))) return null
    return paths
  }

  /** Best effort: what stays is deleted by sweepFrames(). */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true }).catch(() => {})
  }

  async #find(): Promise<string | null> {
    if (this.#folder !== null) return this.#folder
    const entries = await readdir(this.path, { withFileTypes: true }).catch(() => [])
    const [own] = entries.filter((entry) => entry.isDirectory())
    if (own !== undefined) this.#folder = join(this.path, own.name)
    return this.#folder
  }
}

/** Deletes the folders of prompts that every hub has lost. @param nowMs time of day, as files have it */
export async function sweepFrames(framesFolder: string, nowMs: number): Promise<void> {
  const entries = await readdir(framesFolder, { withFileTypes: true }).catch(() => [])
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    if (!name.startsWith(OURS) || !PROMPT_ID.test(name.slice(OURS.length))) continue
    const path = join(framesFolder, name)
    if (nowMs - (await changedMs(path, nowMs)) > KEPT_MS) {
      await rm(path, { recursive: true, force: true }).catch(() => {})
    }
  }
}

/** A folder changes with each file that comes or goes. */
async function changedMs(path: string, nowMs: number): Promise<number> {
  const inside = await readdir(path, { withFileTypes: true }).catch(() => [])
  const paths = [path, ...inside.map(({ name }) => join(path, name))]
  const times = paths.map((one) =>
    stat(one).then(
      ({ mtimeMs }) => mtimeMs,
      () => nowMs,
    ),
  )
  return Math.max(...(await Promise.all(times)))
}

async function isWhole(path: string): Promise<boolean> {
  try {
    await using file = await open(path, FILES_ONLY)
    return (await file.stat()).isFile() && isWholePng(await file.readFile())
  } catch {
    return false
  }
}
