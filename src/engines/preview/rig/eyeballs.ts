// Draws what lies between the lids: a disc for each iris that turns with the gaze, in a frame that stays. Both are larger than the
// eye: the lids are drawn over them.
import Delaunator from 'delaunator'
import { EYES } from '../../../vision/landmarks.ts'
import type { MeshPoints } from './mesh-points.ts'

export interface EyeballVertex {
  readonly x: number
  readonly y: number
  readonly z: number
  /** x, y in pixels: where a gaze of 1 to the right, and of 1 down, takes it. */
  readonly gazeX: number
  readonly gazeY: number
}

export interface Eyeballs {
  readonly vertices: readonly EyeballVertex[]
  /** Three indices a triangle, into `vertices`. */
  readonly triangles: readonly number[]
}

/** All lengths in half eye widths. An iris is 12 mm wide and an eye 30. */
const IRIS_RADIUS = 0.44
const FRAME_X = 1.3
const FRAME_Y = 0.95
const GAZE_REACH_X = 0.3
const GAZE_REACH_Y = 0.12
const RING = 10

export function buildEyeballs(points: MeshPoints): Eyeballs {
  const vertices: EyeballVertex[] = []
  const triangles: number[] = []
  for (const eye of EYES) {
    const [left, right] = eye.corners.toSorted((a, b) => points.x(a) - points.x(b))
    const spanX = points.x(right!) - points.x(left!)
    const spanY = points.y(right!) - points.y(left!)
    const halfWidth = Math.hypot(spanX, spanY) / 2
    const [axisX, axisY] = [spanX / 2 / halfWidth, spanY / 2 / halfWidth]
    const middle = [...eye.upperLid, ...eye.lowerLid]
    const mean = (read: (landmark: number) => number): number =>
      middle.reduce((sum, landmark) => sum + read(landmark), 0) / middle.length
    const [centerX, centerY] = [mean((i) => points.x(i)), mean((i) => points.y(i))]
    const z = mean((i) => points.z(i))
    const first = vertices.length
    const add = (across: number, down: number, turns: 0 | 1): void => {
      vertices.push({
        x: centerX + (across * axisX - down * axisY) * halfWidth,
        y: centerY + (across * axisY + down * axisX) * halfWidth,
        z,
        gazeX: turns * GAZE_REACH_X * halfWidth,
        gazeY: turns * GAZE_REACH_Y * halfWidth,
      })
    }
    add(0, 0, 1)
    for (let i = 0; i < RING; i++) {
      const angle = (2 * Math.PI * i) / RING
      add(IRIS_RADIUS * Math.cos(angle), IRIS_RADIUS * Math.sin(angle), 1)
    }
    for (const across of [-FRAME_X, 0, FRAME_X]) {
      for (const down of [-FRAME_Y, 0, FRAME_Y])
        if (across !== 0 || down !== 0) add(across, down, 0)
    }
    const places = vertices.slice(first).map(({ x, y }): [number, number] => [x, y])
    for (const corner of Delaunator.from(places).triangles) triangles.push(first + corner)
  }
  return { vertices, triangles }
}
