// A thread that finds the faces of one picture: see find-faces-aside.ts.
import { parentPort, workerData } from 'node:worker_threads'
import type { FoundFace } from '../app/ports/faces.ts'
import { AppError } from '../domain/errors.ts'
import { createFaceFinder } from './face-finder.ts'

/** Errors lose their class between threads, so an AppError travels as its parts. */
export type FacesAnswer =
  | { readonly faces: readonly FoundFace[] }
  | { readonly error: Pick<AppError, 'code' | 'detail' | 'meta'> }

if (parentPort !== null) parentPort.postMessage(await answer(workerData as string))

async function answer(imagePath: string): Promise<FacesAnswer> {
  try {
    // The thread is ended from outside when its faces are no longer wanted.
    const { signal } = new AbortController()
    return { faces: await createFaceFinder().findFaces(imagePath, signal) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { error: { code: error.code, detail: error.detail, meta: error.meta } }
  }
}
