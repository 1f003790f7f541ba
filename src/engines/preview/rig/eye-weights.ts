// How lids and brows move: for every vertex the way it goes when the eyes shut, and how much of the brows' way it follows.
import { ABOVE_BROWS, EYES } from '../../../vision/landmarks.ts'
import type { MeshPoints } from './mesh-points.ts'

export interface EyeWeights {
  /** x, y of each vertex: the way in pixels from open to shut. */
  readonly blink: Float32Array
  /** 0..1: share of the way the brows go up. */
  readonly brow: Float32Array
}

/** Share of the way down to the lower lid, a little beyond it: the mesh has large and drawn eyes smaller than they are. The skin above the lid unfolds, so its rows follow less and less. */
const UPPER_LID_SHARE = 1.14
const UPPER_CREASE_SHARE = 0.66
const UNDER_BROW_SHARE = 0.1
/** The lower lid comes up a little to meet the upper one. */
const LOWER_LID_SHARE = -0.04

const UNDER_BROW_FOLLOW = 0.35
const ABOVE_BROW_FOLLOW = 0.5

export function eyeWeights(points: MeshPoints, vertexCount: number): EyeWeights {
  const blink = new Float32Array(vertexCount * 2)
  const brow = new Float32Array(vertexCount)
  for (const eye of EYES) {
    eye.upperLid.forEach((upper, k) => {
      const lower = eye.lowerLid[k]!
      const wayX = points.x(lower) - points.x(upper)
      const wayY = points.y(lower) - points.y(upper)
      const put = (vertex: number, share: number): void => {
        blink[vertex * 2] = wayX * share
        blink[vertex * 2 + 1] = wayY * share
      }
      put(upper, UPPER_LID_SHARE)
      put(eye.upperCrease[k]!, UPPER_CREASE_SHARE)
      put(eye.underBrow[k]!, UNDER_BROW_SHARE)
      put(lower, LOWER_LID_SHARE)
    })
    for (const vertex of eye.brow) brow[vertex] = 1
    for (const vertex of eye.underBrow) brow[vertex] = UNDER_BROW_FOLLOW
  }
  for (const vertex of ABOVE_BROWS) brow[vertex] = ABOVE_BROW_FOLLOW
  return { blink, brow }
}
