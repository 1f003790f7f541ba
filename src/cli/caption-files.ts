// The files of the captions, beside the video: talking.srt and talking.vtt for talking.mp4.
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InfiniteTalkClient } from '@infinitetalk/client'
import type { CaptionFiles } from '../app/generate-to-file.ts'
import { checkOutputFile, type OutputFile, publishFile } from '../app/output-file.ts'
import { withWorkFolder } from '../app/work-folder.ts'

export function captionFiles({ path, overwrite }: OutputFile): CaptionFiles {
  const stem = path.slice(0, -'.mp4'.length)
  return {
    srt: { path: `${stem}.srt`, overwrite },
    vtt: { path: `${stem}.vtt`, overwrite },
  }
}

/** @throws InfiniteTalkError; AppError `output_exists`, `output_unwritable` */
export async function fetchCaptions(
  client: InfiniteTalkClient,
  jobId: string,
  files: CaptionFiles,
  signal: AbortSignal,
): Promise<void> {
  await withWorkFolder({ workFolder: tmpdir() }, async (folder) => {
    for (const format of ['srt', 'vtt'] as const) {
      await checkOutputFile(files[format])
      const path = join(folder, `captions.${format}`)
      await writeFile(path, await client.jobs.captions(jobId, format, { signal }))
      await publishFile(path, files[format])
    }
  })
}
