// Implements the faces port in a thread of its own: finding faces takes up to half a second of CPU time, which must not delay the
// requests on the main thread. The thread ends with the search.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FaceFinder } from '../app/ports/faces.ts'
import { AppError } from '../domain/errors.ts'
import type { FacesAnswer } from './faces-worker.ts'

export function createFaceFinderAside(): FaceFinder {
  return {
    findFaces: async (imagePath, signal) => {
      signal.throwIfAborted()
      const worker = new Worker(new URL('./faces-worker.ts', import.meta.url), {
        workerData: imagePath,
      })
      try {
        const [answer] = (await once(worker, 'message', { signal })) as [FacesAnswer]
        if ('faces' in answer) return answer.faces
        const { code, detail, meta } = answer.error
        throw new AppError(code, detail, { meta })
      } catch (cause) {
        signal.throwIfAborted()
        if (cause instanceof AppError) throw cause
        throw new AppError('internal_error', 'The thread that finds faces failed.', { cause })
      } finally {
        await worker.terminate()
      }
    },
  }
}
