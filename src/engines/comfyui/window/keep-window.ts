// Fetches a finished window: its frames are checked, encoded as a segment of the final video and stored together with the frames
// that the next window begins with. Only then are the copies on the other machine deleted.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Size } from '@infinitetalk/arithmetic'
import sharp from 'sharp'
import type { RenderContext } from '../../../app/ports/engine.ts'
import type { FinishedWindow, StoredWindow, WindowFiles } from '../../../app/ports/window-memory.ts'
import { inLanes } from '../../../async/in-lanes.ts'
import { toAppError } from '../../../domain/errors.ts'
import { FRAME_MAX_SIDE } from '../../../domain/latest-frame.ts'
import type { MediaTools } from '../../../media/media-tools.ts'
import { runInFolder } from '../../../media/run-in-folder.ts'
import type { VoiceTrack } from '../../../media/voice-track.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import type { Backend } from '../backend.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { crashed } from '../follow-render.ts'
import { blendSeam } from './blend-seam.ts'
import { readFrames } from './check-frames.ts'
import { encodeWindow } from './encode-window.ts'
import { writeLead } from './lead-file.ts'
import type { Seam } from './seam.ts'
import type { WindowOutputs } from './window-outputs.ts'

export interface WindowToKeep {
  readonly window: FinishedWindow
  readonly outputs: WindowOutputs
  readonly size: Size
  /** The sound of the whole video. */
  readonly voice: VoiceTrack
  /** Where the piece meets the next one, for its last window. */
  readonly seam: Seam | null
  /** The picture that it began with. */
  readonly startPicture: () => Promise<string>
}

export interface KeepSurroundings {
  readonly api: ComfyApi
  readonly backend: Pick<Backend, 'lastWords'>
  readonly media: MediaTools
  readonly context: RenderContext
  keep(window: FinishedWindow, files: WindowFiles): Promise<StoredWindow>
}

/** Fetched side by side: a picture has half a megabyte, and most of the time of one is waiting. */
const PARALLEL = 8
/** A frame of a real size without loss stays far below. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024

/**
 * @throws AppError `output_invalid` with the window for frames that are damaged, of another size, black or all the same; `engine_crashed` when
 * the machine is gone with them; `worker_lost`, `disk_full`, `canceled`
 */
export async function keepWindow(
  { window, outputs, size, voice, seam, startPicture }: WindowToKeep,
  around: KeepSurroundings,
): Promise<StoredWindow> {
  const { media, context } = around
  const { signal, workDir } = context
  return runInFolder(workDir, `window-${window.number}`, async (folder) => {
    const { lead, frames: pictures } = outputs
    const paths = [...lead, ...pictures].map((_, index) => join(folder, `${index}.png`))
    await fetchAll([...lead, ...pictures], paths, around)
    const [leadPaths, picturePaths] = [paths.slice(0, lead.length), paths.slice(lead.length)]
    const read = await readFrames(paths, size, window.number)
    const nextLead = (await seam?.lead(signal)) ?? null
    const isBlended = nextLead !== null
    if (isBlended) await blendSeam(picturePaths, nextLead)
    const isLast = outputs.handover === null
    const toEncode = { window, picturePaths, read, voice, isLast, startPicture }
    const segmentPath = await encodeWindow(toEncode, folder, { media, signal })
    const handover = isBlended ? null : outputs.handover
    const handoverPath = handover === null ? null : join(folder, 'handover.png')
    if (handover !== null) await fetchAll([handover], [handoverPath!], around)
    const leadPath = lead.length === 0 ? null : join(folder, 'lead.png')
    if (leadPath !== null) await writeLead(leadPaths, leadPath)
    await showLatest(picturePaths.at(-1), context)
    const stored = await around.keep(window, { segmentPath, handoverPath, leadPath })
    for (const path of paths) await rm(path, { force: true })
    return stored
  })
}

async function fetchAll(
  files: readonly OutputFile[],
  paths: readonly string[],
  { api, backend, context: { signal } }: KeepSurroundings,
): Promise<void> {
  try {
    await inLanes(PARALLEL, files.entries(), ([index, file]) =>
      api.download({ file, toPath: paths[index]!, maxBytes: MAX_PICTURE_BYTES, signal }),
    )
  } catch (thrown) {
    const error = toAppError(thrown)
    const isLost = error.code === 'engine_unreachable' || error.code === 'output_missing'
    throw isLost && !signal.aborted ? crashed(error.detail, backend, error) : error
  }
}

/** A video without a latest frame is a video. */
export async function showLatest(
  path: string | undefined,
  { onFrame }: Pick<RenderContext, 'onFrame'>,
): Promise<void> {
  if (onFrame === undefined || path === undefined) return
  const size = { width: FRAME_MAX_SIDE, height: FRAME_MAX_SIDE, fit: 'inside' } as const
  const small = sharp(path).resize({ ...size, withoutEnlargement: true })
  await small
    .jpeg({ quality: 72 })
    .toBuffer()
    .then(onFrame, () => {})
}
