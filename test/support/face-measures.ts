// Measures every frame of a finished video with the face mesh: how far the mouth is open, how wide it is, where the head is.
import { openTool, runTool } from '../../src/media/run-tool.ts'
import type { Tools } from '../../src/media/tool.ts'
import { fileArgument } from '../../src/media/tool-command.ts'
import { squareAround } from '../../src/vision/face-mesh.ts'
import { type FaceModels, loadFaceModels } from '../../src/vision/face-models.ts'
import { distanceBetween, readPosture } from '../../src/vision/face-pose.ts'
import {
  FOREHEAD_TOP,
  INNER_LIP_BOTTOM,
  INNER_LIP_TOP,
  NOSE_BRIDGE,
} from '../../src/vision/landmarks.ts'
import type { RgbImage } from '../../src/vision/rgb-image.ts'
import { searchFaces } from '../../src/vision/search-faces.ts'
import type { Square } from '../../src/vision/square.ts'

/** The outer ones. */
const MOUTH_CORNERS = [61, 291] as const
const MIN_SCORE = 0.5
const TIMEOUT_MS = 600_000

export interface FaceMeasure {
  /** Gap between the lips, and the mouth's width, as parts of the forehead's height, which no speech changes. */
  readonly gap: number
  readonly width: number
  /** Degrees. */
  readonly yaw: number
  /** Position of the bridge of the nose, in parts of the face's height. */
  readonly x: number
  readonly y: number
}

/** One measure a frame, of the largest face. */
export async function measureFace(
  videoPath: string,
  tools: Tools,
): Promise<readonly FaceMeasure[]> {
  const models = await loadFaceModels()
  const measures: FaceMeasure[] = []
  let square: Square | null = null
  for await (const frame of framesOf(videoPath, tools)) {
    square ??= await findLargestFace(models, frame)
    const { score, points } = models.mesh.trace(frame, square)
    if (score < MIN_SCORE) throw new Error(`The face was lost in frame ${measures.length}.`)
    square = squareAround(points)
    const forehead = distanceBetween(points, FOREHEAD_TOP, NOSE_BRIDGE)
    const { yaw, height } = readPosture(points)
    measures.push({
      gap: distanceBetween(points, INNER_LIP_TOP, INNER_LIP_BOTTOM) / forehead,
      width: distanceBetween(points, ...MOUTH_CORNERS) / forehead,
      yaw,
      x: points[NOSE_BRIDGE * 3]! / height,
      y: points[NOSE_BRIDGE * 3 + 1]! / height,
    })
  }
  return measures
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
