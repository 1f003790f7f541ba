// The two shipped networks, read and planned together. They run synchronously on their own arrays, so one set serves any number
// of pictures in turn, also for interleaved async callers.
import { fileURLToPath } from 'node:url'
import { createFaceDetector, type FaceDetector } from './face-detector.ts'
import { createFaceMesh, type FaceMesh } from './face-mesh.ts'
import { MODEL_FOLDER } from './model-files.ts'
import { loadGraphModel } from './network/graph-model.ts'

export interface FaceModels {
  readonly detector: FaceDetector
  readonly mesh: FaceMesh
}

/** Takes about 50 ms and 15 MB. */
export async function loadFaceModels(): Promise<FaceModels> {
  const folder = fileURLToPath(MODEL_FOLDER)
  const [detector, mesh] = await Promise.all([
    loadGraphModel(`${folder}blazeface`),
    loadGraphModel(`${folder}facemesh`),
  ])
  return { detector: createFaceDetector(detector), mesh: createFaceMesh(mesh) }
}
