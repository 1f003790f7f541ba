// Joins the vertices of a rig into layers that are drawn over each other: first the surroundings, last the face.
import Delaunator from 'delaunator'
import {
  EYES,
  FACE_OVAL,
  INNER_LIP_LOWER,
  INNER_LIP_UPPER,
  LANDMARK_COUNT,
  MOUTH_INNER_CORNER_LEFT,
  MOUTH_INNER_CORNER_RIGHT,
} from '../../../vision/landmarks.ts'
import { MESH_TRIANGLES } from '../../../vision/mesh-triangles.ts'
import type { FaceRig } from './face-rig.ts'

/** Below this share of any motion a vertex moves less than can be seen: its triangles are left to the still picture. */
const STILL_SHARE = 0.003

/** All layers but the eyes. @param motion the largest share that each landmark, and each vertex around them, has in a motion */
export function rigTriangles(
  rest: Float32Array,
  motion: Float32Array,
): Omit<FaceRig['triangles'], 'eyes'> {
  const face: number[] = []
  const eyeVertices = EYES.map((e) => new Set([...e.upperLid, ...e.lowerLid, ...e.corners]))
  for (const [a, b, c] of triples(MESH_TRIANGLES)) {
    const inEye = eyeVertices.some(
      (vertices) => vertices.has(a) && vertices.has(b) && vertices.has(c),
    )
    // The mesh winds the other way round than everything else does here.
    if (!inEye) face.push(c, b, a)
  }
  return {
    surroundings: Uint16Array.from([...surroundings(rest, motion), ...betweenLips()]),
    face: Uint16Array.from(face),
  }
}

/**
 * Everything around the face. Under the face nothing is needed: its triangles hang together with these, so that however the
 * skin folds, every place they enclose is covered by one at least that is not turned over.
 */
function surroundings(rest: Float32Array, motion: Float32Array): number[] {
  const vertexCount = motion.length
  const outside = Array.from({ length: vertexCount - LANDMARK_COUNT }, (_, i) => LANDMARK_COUNT + i)
  const vertices = [...FACE_OVAL, ...outside]
  const places = vertices.map((v): [number, number] => [rest[v * 2]!, rest[v * 2 + 1]!])
  const mesh = Delaunator.from(places)
  const kept: number[] = []
  for (const triple of triples(mesh.triangles)) {
    if (isInsideOutline(triple, places)) continue
    const corners = triple.map((i) => vertices[i]!)
    const moves = corners.some((v) => v < LANDMARK_COUNT || motion[v]! >= STILL_SHARE)
    if (moves) kept.push(...corners)
  }
  return kept
}

/** All corners on the outline, met in its own direction; in a bay of the outline they are met in the other. */
function isInsideOutline(triple: readonly number[], places: readonly [number, number][]): boolean {
  const [first, second, third] = triple.toSorted((a, b) => a - b) as [number, number, number]
  if (third >= FACE_OVAL.length) return false
  const [ax, ay] = places[first]!
  const [bx, by] = places[second]!
  const [cx, cy] = places[third]!
  return (bx - ax) * (cy - ay) - (cx - ax) * (by - ay) > 0
}

/** A strip between the lips: the line where they meet goes with them while they are too close to paint between. */
function betweenLips(): number[] {
  const upper = [MOUTH_INNER_CORNER_LEFT, ...INNER_LIP_UPPER, MOUTH_INNER_CORNER_RIGHT]
  const lower = [MOUTH_INNER_CORNER_LEFT, ...INNER_LIP_LOWER, MOUTH_INNER_CORNER_RIGHT]
  const strip: number[] = []
  for (let i = 0; i + 1 < upper.length; i++) {
    strip.push(upper[i]!, upper[i + 1]!, lower[i]!, upper[i + 1]!, lower[i + 1]!, lower[i]!)
  }
  return strip
}

function* triples(indices: ArrayLike<number>): Generator<[number, number, number]> {
  for (let i = 0; i + 2 < indices.length; i += 3) {
    yield [indices[i]!, indices[i + 1]!, indices[i + 2]!]
  }
}
