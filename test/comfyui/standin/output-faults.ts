// Wrong results: nothing, too much, empty, unfinished, or names that lead out of the folder.
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OutputFault } from './faults.ts'
import type { Folders } from './input-files.ts'
import type { OutputFile } from './nodes-video.ts'

/** How long a file of fault `growing` has only half of its final size. */
export const GROWING_MS = 300

type Shown = Readonly<Record<string, unknown>>

export async function alterOutput(
  ui: Shown,
  fault: OutputFault | undefined,
  folders: Folders,
): Promise<Shown> {
  const [video] = Array.isArray(ui.gifs) ? (ui.gifs as readonly OutputFile[]) : []
  if (fault === undefined || video === undefined) return ui
  const file = join(folders[video.type], video.subfolder, video.filename)
  switch (fault) {
    case 'none':
      return {}
    case 'two':
      return { gifs: [video, { ...video, filename: video.filename.replace('-audio.mp4', '.mp4') }] }
    case 'zero_bytes':
      await truncate(file, 0)
      return ui
    case 'growing':
      await grow(file)
      return ui
    case 'png_only':
      return {
        images: [
          { filename: String(video.workflow), subfolder: video.subfolder, type: video.type },
        ],
      }
    case 'escaping_subfolder':
      return { gifs: [{ ...video, subfolder: '../../etc' }] }
    case 'absolute_filename':
      return { gifs: [{ ...video, filename: `/etc/${basename(video.filename)}` }] }
  }
}

async function grow(file: string): Promise<void> {
  const whole = await readFile(file)
  await truncate(file, Math.trunc(whole.length / 2))
  sleep(GROWING_MS, undefined, { ref: false })
    .then(() => writeFile(file, whole))
    // The folder may be deleted by then: nobody waits for the file any more.
    .catch(() => undefined)
}
