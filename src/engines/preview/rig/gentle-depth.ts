// Makes the sides of a face less steep. Where the surface falls away from the viewer, neighbouring landmarks are a pixel
// apart and dozens deep: the slightest turn of the head would fold the skin there and fray the outline of the face.
import { LANDMARK_COUNT } from '../../../vision/landmarks.ts'
import { MESH_TRIANGLES } from '../../../vision/mesh-triangles.ts'
import type { MeshPoints } from './mesh-points.ts'

/** Depth per pixel across: such a slope folds at turns of arctan(1 / 2.6), 21 degrees; heads here turn by half of that. */
const MAX_SLOPE = 2.6

/** The depth of every landmark, with the deep ones brought forward until no edge of the mesh is steeper than allowed. */
export function gentleDepth(points: MeshPoints): number[] {
  const depth = Array.from({ length: LANDMARK_COUNT }, (_, i) => points.z(i))
  const edges = meshEdges(points)
  let changed = true
  while (changed) {
    changed = false
    for (const { from, to, rise } of edges) {
      if (depth[to]! <= depth[from]! + rise) continue
      depth[to] = depth[from]! + rise
      changed = true
    }
  }
  return depth
}

interface Edge {
  readonly from: number
  readonly to: number
  /** The most that `to` may be deeper than `from`. */
  readonly rise: number
}

function meshEdges(points: MeshPoints): Edge[] {
  const edges: Edge[] = []
  for (let i = 0; i < MESH_TRIANGLES.length; i++) {
    const from = MESH_TRIANGLES[i]!
    const to = MESH_TRIANGLES[i % 3 === 2 ? i - 2 : i + 1]!
    const length = Math.hypot(points.x(to) - points.x(from), points.y(to) - points.y(from))
    const rise = length * MAX_SLOPE
    edges.push({ from, to, rise }, { from: to, to: from, rise })
  }
  return edges
}
