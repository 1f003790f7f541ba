// Reads the number of each frame from a video of the stand-in's pictures: a white bar moves two pixels a frame through the lower half.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const BAR_STEP = 2
/** The bar is two pixels wide, and encoding blurs it. */
const WHITE = 180

/** @param width of the video, of which the numbers are the remainder of `width / 2` */
export async function frameNumbers(path: string, width: number): Promise<readonly number[]> {
  const row = `crop=${width}:2:0:ih-2,scale=${width}:1,format=gray`
  const args = ['-v', 'error', '-i', path, '-map', '0:v', '-vf', row, '-f', 'rawvideo', '-']
  const { stdout } = await promisify(execFile)('ffmpeg', args, {
    encoding: 'buffer',
    maxBuffer: 2 ** 26,
  })
  return Array.from({ length: stdout.length / width }, (_, frame) => {
    const pixels = stdout.subarray(frame * width, (frame + 1) * width)
    const brightest = Math.max(...pixels)
    if (brightest < WHITE) throw new Error(`Frame ${frame} shows no bar.`)
    const places = [...pixels.keys()].filter((x) => pixels[x]! >= WHITE)
    return Math.round(Math.min(...places) / BAR_STEP)
  })
}

/** Those of the first frames of a video. */
export function numbersOf(frames: number, width: number): readonly number[] {
  return Array.from({ length: frames }, (_, frame) => frame % (width / BAR_STEP))
}
