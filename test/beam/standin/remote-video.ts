// A video as the machine at the other end makes it, for hubs that finish it.
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { FFMPEG } from '../../support/shipped-tools.ts'
import { createTestFolder } from '../../support/test-folder.ts'

export const REMOTE_SIZE = { width: 64, height: 64 }

/** The output of the machine at the other end: a little longer than requested, with its own sound. */
export async function remoteVideo(): Promise<Buffer> {
  const path = (await createTestFolder()).path('remote.mp4')
  const picture = `testsrc2=size=${REMOTE_SIZE.width}x${REMOTE_SIZE.height}:rate=25:duration=0.6`
  const sources = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=duration=0.6']
  const codecs = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  execFileSync(FFMPEG, ['-v', 'error', ...sources, ...codecs, path])
  return readFile(path)
}
