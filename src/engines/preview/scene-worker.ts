// A thread that prepares one scene: reading a picture keeps a core busy for half a second, and whoever serves requests on
// the main thread must not notice. Its results lie in shared memory and stays when the thread ends.
import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../domain/errors.ts'
import { prepareScene, type Scene, type SceneRequest } from './scene.ts'

/** Errors lose their class on the way between threads: an AppError goes by its parts. */
export type SceneAnswer =
  | { readonly scene: Scene }
  | { readonly error: Pick<AppError, 'code' | 'detail' | 'meta'> }

if (parentPort !== null) parentPort.postMessage(await answer(workerData as SceneRequest))

async function answer(request: SceneRequest): Promise<SceneAnswer> {
  try {
    // A caller that no longer wants the scene ends the thread.
    return { scene: await prepareScene(request, new AbortController().signal) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { error: { code: error.code, detail: error.detail, meta: error.meta } }
  }
}
