// Prepares a scene in a thread of its own and ends that thread with the work, however it goes.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../domain/errors.ts'
import type { Scene, SceneRequest } from './scene.ts'
import type { SceneAnswer } from './scene-worker.ts'

/**
 * @throws AppError as `prepareScene()`; `internal_error` when the thread fails; the signal's reason when it is aborted
 */
export async function prepareSceneAside(
  { image, size, fit, face, speakers }: SceneRequest,
  signal: AbortSignal,
): Promise<Scene> {
  signal.throwIfAborted()
  const workerData: SceneRequest = { image, size, fit, face, speakers }
  const worker = new Worker(new URL('./scene-worker.ts', import.meta.url), { workerData })
  try {
    const [answer] = (await once(worker, 'message', { signal })) as [SceneAnswer]
    if ('scene' in answer) return answer.scene
    const { code, detail, meta } = answer.error
    throw new AppError(code, detail, { meta })
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof AppError) throw cause
    throw new AppError('internal_error', 'The thread that reads the picture failed.', { cause })
  } finally {
    await worker.terminate()
  }
}
