// The files of a window whose ComfyUI was started again: its history is lost, but what it saved lies where it was saved, under names
// that follow from the prompt. So a window that had ended is not rendered again.
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { inLanes } from '../../../async/in-lanes.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { OutputFile } from '../../../workflow/outputs.ts'
import type { Template } from '../../../workflow/template.ts'
import type { HistoryEntry } from '../comfy-answers.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { isWholePng } from './check-frames.ts'

const MAX_BYTES = 256 * 1024 * 1024
/** Questions about single files, side by side. */
const PARALLEL = 8

/**
 * The prefixes that a window's graph is given: ComfyUI adds a number and the kind of the file. Each window has a folder of its own: to
 * number a file ComfyUI reads the whole folder, and an hour of video has a hundred thousand files.
 */
export function filePrefixes(promptId: string): { readonly frame: string; readonly last: string } {
  const folder = folderOf(promptId)
  return { frame: `${folder}/${FRAME}`, last: `${folder}/${LAST}` }
}

const FRAME = 'frame'
const LAST = 'last'

function folderOf(promptId: string): string {
  return `infinitetalk/${promptId}`
}

export interface SoughtWindow {
  readonly promptId: string
  readonly step: WindowStep
  readonly isLast: boolean
  /** Frames that it saved before its new ones. */
  readonly leadFrames: number
  readonly template: Template
}

/**
 * Returns the outputs as the history would have named them; null unless every file is there and whole.
 *
 * @throws AppError `engine_unreachable`, `disk_full`, `canceled`
 */
export async function findSavedFiles(
  { promptId, step, isLast, leadFrames, template }: SoughtWindow,
  api: ComfyApi,
  workDir: string,
  signal: AbortSignal,
): Promise<HistoryEntry | null> {
  const frames = Array.from({ length: leadFrames + step.newFrames }, (_, index) =>
    fileOf(promptId, FRAME, index + 1, template.outputNode),
  )
  const handoverNode = template.bindings.get('handover_prefix')?.[0]?.nodeId
  if (!isLast && handoverNode === undefined) return null
  const handover = isLast ? [] : [fileOf(promptId, LAST, 1, handoverNode!)]
  // Written last: without them the others need not be asked for.
  const newest = [...frames.slice(-1), ...handover]
  for (const file of newest) if (!(await isSaved(file, api, workDir, signal))) return null
  let missing = 0
  await inLanes(PARALLEL, frames, async (frame) => {
    if (missing === 0 && ((await api.outputBytes(frame, signal)) ?? 0) === 0) missing += 1
  })
  if (missing > 0) return null
  const outputs = {
    [template.outputNode]: { images: frames },
    ...(handoverNode === undefined ? {} : { [handoverNode]: { images: handover } }),
  }
  return { succeeded: true, outputs, messages: [], graph: null }
}

function fileOf(promptId: string, name: string, number: number, nodeId: string): OutputFile {
  const filename = `${name}_${String(number).padStart(5, '0')}_.png`
  return { nodeId, filename, subfolder: folderOf(promptId), type: 'output' }
}

/** A process that is killed while it writes leaves half a file. */
async function isSaved(
  file: OutputFile,
  api: ComfyApi,
  workDir: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (((await api.outputBytes(file, signal)) ?? 0) === 0) return false
  const toPath = join(workDir, `found-${crypto.randomUUID()}.png`)
  try {
    await api.download({ file, toPath, maxBytes: MAX_BYTES, signal })
    await using saved = await open(toPath)
    return isWholePng(await saved.readFile())
  } finally {
    await rm(toPath, { force: true })
  }
}
