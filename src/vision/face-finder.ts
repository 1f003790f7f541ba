// Implements the faces port: analyses a small copy of the staged picture and reports faces in the picture's own pixels.

import type { Box } from '@infinitetalk/arithmetic'
import type { FaceFinder, FoundFace } from '../app/ports/faces.ts'
import { createFaceAnalyser, type FaceAnalysis } from './analyse-faces.ts'
import { ANALYSIS_MAX_SIDE, readRgbImage } from './read-rgb-image.ts'

export function createFaceFinder(analyser = createFaceAnalyser()): FaceFinder {
  return {
    findFaces: async (imagePath, signal) => {
      const { image, scale } = await readRgbImage(imagePath, ANALYSIS_MAX_SIDE, signal)
      const faces = await analyser.analyse(image, signal)
      return faces.map((face) => toFoundFace(face, scale))
    },
  }
}

function toFoundFace(face: FaceAnalysis, scale: number): FoundFace {
  const { index, detection, mesh, yaw, roll, refusal } = face
  return { index, box: enlarge(face.box, scale), detection, mesh, yaw, roll, refusal }
}

/** Rounded to whole pixels, the unit of crops. */
function enlarge({ x, y, width, height }: Box, scale: number): Box {
  return {
    x: Math.round(x * scale),
    y: Math.round(y * scale),
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  }
}
