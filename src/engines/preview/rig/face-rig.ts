// The animatable face as plain data: where every vertex of the picture's mesh rests, and how far each part of a pose moves
// it. Built once per video by buildRig(), posted to the frame workers, read by poseVertices(). Pixels of the frame.
import type { EyeWeights } from './eye-weights.ts'
import type { FaceColors } from './face-colors.ts'
import type { MouthFrame } from './mouth-frame.ts'
import type { MouthWeights } from './mouth-weights.ts'

export interface FaceRig {
  readonly vertexCount: number
  /** x, y of each vertex. The first 468 are the landmarks, the rest surrounds the face. */
  readonly rest: Float32Array
  /** Away from the camera; only turns of the head read it. */
  readonly depth: Float32Array
  /** How much of the head's motion each vertex takes part in, 0..1. */
  readonly headFollow: Float32Array
  /** How much of a breath raises each vertex, 0..1: shoulders and chest. */
  readonly chest: Float32Array
  /** The point the head turns about: the top of the neck. */
  readonly pivot: { readonly x: number; readonly y: number; readonly z: number }
  /** Share of a pose's yaw that the picture stands: where the head is turned already, its far side would tear. */
  readonly yawShare: number
  readonly mouth: MouthFrame
  /** Where the lips meet when shut, in the mouth's own coordinates at its middle. */
  readonly seam: number
  /** Whether the source picture shows an open mouth: then its own teeth are kept. */
  readonly showsTeeth: boolean
  readonly mouthWeights: MouthWeights
  readonly eyeWeights: EyeWeights
  /** x, y of each vertex: the way in pixels of a gaze of 1. */
  readonly gaze: Float32Array
  readonly colors: FaceColors
  /** Three vertices a triangle, in the order they are drawn: each layer covers the ones before. */
  readonly triangles: {
    /** Hair, neck and background that follow the head less and less. */
    readonly surroundings: Uint16Array
    /** Between the lids, which slide over it. */
    readonly eyes: Uint16Array
    readonly face: Uint16Array
  }
}
