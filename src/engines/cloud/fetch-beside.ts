// Fetches the video of a task into a file beside the output: it has the output's name plus an extension of its own, until the
// caller renames it.
import { rm } from 'node:fs/promises'
import type { FetchedVideo } from '../../app/ports/remote-queue.ts'
import { toAppError } from '../../domain/errors.ts'
import { fetchVideo, type VideoFetch } from './fetch-video.ts'
import { videoOf } from './read-result.ts'

/** The name contains the digest of the video, so that a later run can resume the part; without a digest the part is useless. */
export async function fetchBeside(
  outputPath: string,
  fetch: Omit<VideoFetch, 'toPath' | 'resumes'>,
): Promise<FetchedVideo> {
  const { service, id, task } = fetch
  const { sha256 } = videoOf(task, service.title)
  const path = `${outputPath}.${(sha256 ?? id).slice(0, 12)}.part`
  try {
    const file = await fetchVideo({ ...fetch, toPath: path, resumes: true })
    return { path, ...file, isVerified: sha256 !== null }
  } catch (thrown) {
    const { code } = toAppError(thrown)
    const isOfNoUse = code === 'download_damaged' || code === 'output_invalid'
    if (sha256 === null || isOfNoUse) await rm(path, { force: true })
    throw thrown
  }
}
