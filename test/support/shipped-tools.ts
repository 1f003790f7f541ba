// The ffmpeg and ffprobe that `npm ci` brings, as settings of a hub. Tests whose subject is not the tools run their hub on them:
// a machine with nothing but Node has these, and they start in 10 ms where Debian's need 100 ms, 50 times a render.
import { findTools } from '../../src/media/find-tools.ts'
import { npmToolPath } from '../../src/media/npm-tool.ts'
import type { Tools } from '../../src/media/tool.ts'

const [ffmpeg, ffprobe] = await Promise.all([npmToolPath('ffmpeg'), npmToolPath('ffprobe')])

/** Empty on a platform without them: then the hub looks for its tools. */
export const SHIPPED_TOOLS: Readonly<Record<string, string>> =
  ffmpeg === null || ffprobe === null
    ? {}
    : { INFINITETALK_FFMPEG: ffmpeg, INFINITETALK_FFPROBE: ffprobe }

/** The same for tests that start the programs themselves. */
export const FFMPEG = ffmpeg ?? 'ffmpeg'
export const FFPROBE = ffprobe ?? 'ffprobe'

/** The same for tests that call the code of `src/media`. */
export function shippedTools(): Promise<Tools> {
  const searchPath = process.env.PATH ?? ''
  return findTools({ ffmpegPath: ffmpeg, ffprobePath: ffprobe, searchPath })
}
