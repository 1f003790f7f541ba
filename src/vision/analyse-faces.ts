// Describes the faces of a picture: where they are, how they are turned, their 468 points, and whether they can be animated.

import type { Box } from '@infinitetalk/arithmetic'
import type { FoundFace } from '../app/ports/faces.ts'
import { type FaceModels, loadFaceModels } from './face-models.ts'
import { readPosture } from './face-pose.ts'
import { judgeFace } from './judge-face.ts'
import type { RgbImage } from './rgb-image.ts'
import { type Sighting, searchFaces } from './search-faces.ts'

export type FaceAnalysis = FoundFace & {
  /** LANDMARK_COUNT times x, y and z in pixels of the analysed picture; smaller z is nearer. */
  readonly points: Float32Array
  /** The share of the points that lie in the picture, 0..1. */
  readonly visible: number
  /** Pixels from hairline to chin in the analysed picture. */
  readonly height: number
  /** The same as a share of the picture's longer side. */
  readonly share: number
}

export interface FaceAnalyser {
  /**
   * Every face of the picture, largest first; those that cannot be animated say why. Pictures beyond ANALYSIS_MAX_SIDE
   * are better scaled down before.
   */
  analyse(image: RgbImage, signal: AbortSignal): Promise<FaceAnalysis[]>
}

/** Reads the models on the first call and keeps them. */
export function createFaceAnalyser(): FaceAnalyser {
  let models: Promise<FaceModels> | null = null
  return {
    analyse: async (image, signal) => {
      signal.throwIfAborted()
      models ??= loadFaceModels()
      const sightings = await searchFaces(await models, image, signal)
      return sightings
        .toSorted((a, b) => areaOf(b.box) - areaOf(a.box))
        .map((sighting, index) => describeFace(sighting, index, image))
    },
  }
}

function describeFace(sighting: Sighting, index: number, image: RgbImage): FaceAnalysis {
  const { detection, mesh, points } = sighting
  const { yaw, roll, height } = readPosture(points)
  const share = height / Math.max(image.width, image.height)
  const visible = visibleShare(points, image)
  return {
    index,
    box: clip(sighting.box, image),
    detection,
    mesh,
    yaw,
    roll,
    refusal: judgeFace({ mesh, visible, yaw, height, share }),
    points,
    visible,
    height,
    share,
  }
}

/** The part of the box that lies in the picture. */
function clip({ x, y, width, height }: Box, image: RgbImage): Box {
  const left = Math.max(0, x)
  const top = Math.max(0, y)
  return {
    x: left,
    y: top,
    width: Math.max(0, Math.min(image.width, x + width) - left),
    height: Math.max(0, Math.min(image.height, y + height) - top),
  }
}

function visibleShare(points: Float32Array, { width, height }: RgbImage): number {
  let visible = 0
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!
    const y = points[i + 1]!
    if (x >= 0 && y >= 0 && x <= width && y <= height) visible++
  }
  return (visible * 3) / points.length
}

function areaOf({ width, height }: Box): number {
  return width * height
}
