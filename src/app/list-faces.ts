// `infinitetalk faces`: stages a picture as a render would, and lists the faces that the models find.
import type { Source } from '@infinitetalk/contract'
import type { Limits } from '../domain/limits.ts'
import type { FaceFinder, FoundFace } from './ports/faces.ts'
import type { Fetcher } from './ports/fetcher.ts'
import type { Media } from './ports/media.ts'
import { stageSource } from './stage-source.ts'
import { withWorkFolder } from './work-folder.ts'

export interface ListFaces {
  readonly source: Source
  readonly signal: AbortSignal
}

export interface ListFacesPorts {
  readonly media: Media
  readonly fetcher: Fetcher
  readonly faces: FaceFinder
  readonly limits: Limits
  readonly temporaryFolder: string
}

/** @throws AppError `path_*`, `url_*`, `input_*`, `image_*` */
export async function listFaces(
  { source, signal }: ListFaces,
  { media, fetcher, faces, limits, temporaryFolder }: ListFacesPorts,
): Promise<readonly FoundFace[]> {
  return withWorkFolder({ workFolder: temporaryFolder }, async (workDir) => {
    const context = { workDir, signal, onProgress: () => {} }
    const request = { source, pointer: '/image', maxBytes: limits.imageMaxBytes }
    const path = await stageSource(request, context, fetcher)
    const image = await media.stageImage(path, context)
    return faces.findFaces(image.path, signal)
  })
}
