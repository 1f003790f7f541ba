// How far the mouth is open in every frame of a finished video, measured by the face mesh.
import { openTool, runTool } from '../../src/media/run-tool.ts'
import type { Tools } from '../../src/media/tool.ts'
import { fileArgument } from '../../src/media/tool-command.ts'
import { squareAround } from '../../src/vision/face-mesh.ts'
import { type FaceModels, loadFaceModels } from '../../src/vision/face-models.ts'
import { distanceBetween } from '../../src/vision/face-pose.ts'
import {
  FOREHEAD_TOP,
  INNER_LIP_BOTTOM,
  INNER_LIP_TOP,
  NOSE_BRIDGE,
} from '../../src/vision/landmarks.ts'
import type { RgbImage } from '../../src/vision/rgb-image.ts'
import { searchFaces } from '../../src/vision/search-faces.ts'
import type { Square } from '../../src/vision/square.ts'

const MIN_SCORE = 0.5
const TIMEOUT_MS = 120_000

/** The gap between the lips as a fraction of the forehead's height, which speech does not change: one number per frame. */
export async function mouthOpenings(videoPath: string, tools: Tools): Promise<number[]> {
  const models = await loadFaceModels()
  const openings: number[] = []
  let square: Square | null = null
  for await (const frame of framesOf(videoPath, tools)) {
    square ??= await findLargestFace(models, frame)
    const { score, points } = models.mesh.trace(frame, square)
    if (score < MIN_SCORE) throw new Error(`The face was lost in frame ${openings.length}.`)
    square = squareAround(points)
    const gap = distanceBetween(points, INNER_LIP_TOP, INNER_LIP_BOTTOM)
    openings.push(gap / distanceBetween(points, FOREHEAD_TOP, NOSE_BRIDGE))
  }
  return openings
}

async function findLargestFace(models: FaceModels, frame: RgbImage): Promise<Square> {
  const faces = await searchFaces(models, frame, new AbortController().signal)
  const [largest] = faces.toSorted((a, b) => b.box.width - a.box.width)
  if (largest === undefined) throw new Error('There is no face in the first frame.')
  return squareAround(largest.points)
}

async function* framesOf(path: string, tools: Tools): AsyncGenerator<RgbImage> {
  const options = { signal: new AbortController().signal, timeoutMs: TIMEOUT_MS }
  const { stdout } = await runTool(
    tools.ffprobe,
    ['-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0'].concat(
      fileArgument(path),
    ),
    options,
  )
  const [width = 0, height = 0] = stdout.toString('utf8').trim().split(',').map(Number)
  const decoder = openTool(
    tools.ffmpeg,
    ['-i', fileArgument(path), '-an', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'],
    options,
  )
  try {
    const data = new Uint8Array(width * height * 3)
    let filled = 0
    for await (const chunk of decoder.stdout as AsyncIterable<Buffer>) {
      for (let taken = 0; taken < chunk.length; ) {
        const part = chunk.subarray(taken, taken + data.length - filled)
        data.set(part, filled)
        taken += part.length
        filled += part.length
        if (filled < data.length) break
        yield { data, width, height }
        filled = 0
      }
    }
    await decoder.done
  } finally {
    decoder.kill()
  }
}
