// Builds the animatable face of one picture from its landmarks: vertices, triangles and weights. Once per video.
import type { Box } from '@infinitetalk/arithmetic'
import {
  CHIN,
  FACE_SIDE_LEFT,
  FACE_SIDE_RIGHT,
  INNER_LIP_TOP,
  LANDMARK_COUNT,
} from '../../../vision/landmarks.ts'
import { eyeWeights } from './eye-weights.ts'
import { buildEyeballs } from './eyeballs.ts'
import type { FaceColors } from './face-colors.ts'
import type { FaceRig } from './face-rig.ts'
import { OPEN_MOUTH_GAP } from './fit-lips.ts'
import { gentleDepth } from './gentle-depth.ts'
import { LipLines } from './lip-lines.ts'
import type { MeshPoints } from './mesh-points.ts'
import { downMouth, mouthFrame } from './mouth-frame.ts'
import { mouthWeights } from './mouth-weights.ts'
import { rigTriangles } from './rig-triangles.ts'
import { outlineCenter, surroundFace } from './surroundings.ts'

/** The mesh network sees faces deeper than they are; turning them by its full depth tears the cheeks. */
const DEPTH_SHARE = 0.85
/** A head that the picture shows turned by so many degrees turns by the least share, one that looks at the viewer fully. */
const TURNED_DEGREES = 28
const LEAST_YAW_SHARE = 0.3
/** The upper lip's share of the way that open lips move until they meet. */
const UPPER_LIP_SHARE = 0.26

/** @param picture where the picture lies in the frame */
export function buildRig(mesh: MeshPoints, colors: FaceColors, picture: Box): FaceRig {
  const points = mesh.withDepth(gentleDepth(mesh).map((depth) => depth * DEPTH_SHARE))
  const mouth = mouthFrame(points)
  const { faceHeight } = mouth
  const surroundings = surroundFace(points, faceHeight, picture)
  const eyeballs = buildEyeballs(points)
  const firstEyeball = LANDMARK_COUNT + surroundings.length
  const vertexCount = firstEyeball + eyeballs.vertices.length
  const rest = new Float32Array(vertexCount * 2)
  const depth = new Float32Array(vertexCount)
  const headFollow = new Float32Array(vertexCount).fill(1)
  const chest = new Float32Array(vertexCount)
  for (let i = 0; i < LANDMARK_COUNT; i++) {
    rest[i * 2] = points.x(i)
    rest[i * 2 + 1] = points.y(i)
    depth[i] = points.z(i)
  }
  surroundings.forEach((vertex, i) => {
    rest[(LANDMARK_COUNT + i) * 2] = vertex.x
    rest[(LANDMARK_COUNT + i) * 2 + 1] = vertex.y
    depth[LANDMARK_COUNT + i] = vertex.z
    headFollow[LANDMARK_COUNT + i] = vertex.headFollow
    chest[LANDMARK_COUNT + i] = vertex.chest
  })
  const gaze = new Float32Array(vertexCount * 2)
  eyeballs.vertices.forEach((vertex, i) => {
    const at = firstEyeball + i
    rest[at * 2] = vertex.x
    rest[at * 2 + 1] = vertex.y
    depth[at] = vertex.z
    gaze[at * 2] = vertex.gazeX
    gaze[at * 2 + 1] = vertex.gazeY
  })
  const gap = new LipLines(points, mouth).gap(0)
  const innerLip = downMouth(mouth, points.x(INNER_LIP_TOP), points.y(INNER_LIP_TOP))
  return {
    vertexCount,
    rest,
    depth,
    headFollow,
    chest,
    pivot: {
      x: points.x(CHIN) * 0.6 + outlineCenter(points).centerX * 0.4,
      y: points.y(CHIN) + faceHeight * 0.22,
      z: faceHeight * 0.25,
    },
    yawShare: yawShare(mesh),
    mouth,
    seam: innerLip + UPPER_LIP_SHARE * gap,
    showsTeeth: gap > OPEN_MOUTH_GAP,
    mouthWeights: mouthWeights(points, mouth, vertexCount, surroundings),
    eyeWeights: eyeWeights(points, vertexCount),
    gaze,
    colors,
    triangles: {
      ...rigTriangles(
        rest,
        headFollow.subarray(0, firstEyeball).map((share, i) => Math.max(share, chest[i]!)),
      ),
      eyes: Uint16Array.from(eyeballs.triangles, (vertex) => firstEyeball + vertex),
    },
  }
}

function yawShare(mesh: MeshPoints): number {
  const across = mesh.x(FACE_SIDE_RIGHT) - mesh.x(FACE_SIDE_LEFT)
  const down = mesh.y(FACE_SIDE_RIGHT) - mesh.y(FACE_SIDE_LEFT)
  const depth = mesh.z(FACE_SIDE_RIGHT) - mesh.z(FACE_SIDE_LEFT)
  const degrees = (Math.atan2(depth, Math.hypot(across, down)) * 180) / Math.PI
  return Math.max(LEAST_YAW_SHARE, 1 - Math.abs(degrees) / TURNED_DEGREES)
}
