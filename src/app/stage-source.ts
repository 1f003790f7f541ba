// Brings one input of a request, of any form, to a file on this disk. The content of the file is not checked here.
import { createWriteStream } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Source } from '@infinitetalk/contract'
import { decodeBase64 } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'
import type { RenderContext } from './ports/engine.ts'
import type { Fetcher } from './ports/fetcher.ts'

export interface StageSourceRequest {
  readonly source: Source
  /** The place of the input in the request, e.g. `/audio`; names the file and goes into errors. */
  readonly pointer: string
  readonly maxBytes: number
}

/** @returns the path of a regular, non-empty file within its size limit @throws AppError `path_*`, `url_*`, `input_*` */
export async function stageSource(
  request: StageSourceRequest,
  context: RenderContext,
  fetcher: Fetcher,
): Promise<string> {
  const { source, pointer, maxBytes } = request
  const toPath = join(context.workDir, `input${pointer.replaceAll('/', '-')}`)
  switch (source.kind) {
    case 'path':
      await checkRegularFile(source.path, request)
      return source.path
    case 'url': {
      const { signal } = context
      const onProgress = (received: number, total: number | null): void =>
        context.onProgress({ stage: 'fetching_inputs', done: received, total: total ?? 0 })
      await fetcher.fetchToFile({ url: source.url, toPath, maxBytes, signal, onProgress })
      return toPath
    }
    case 'base64':
      await pipeline(Readable.from(decodeBase64(source.base64)), createWriteStream(toPath), {
        signal: context.signal,
      })
      return toPath
    case 'file':
      throw new AppError('input_missing', `There is no uploaded file "${source.fileId}" here.`, {
        pointer,
      })
  }
}

/** Decoders would wait or read forever on a device, a pipe or a folder. */
async function checkRegularFile(path: string, request: StageSourceRequest): Promise<void> {
  const { pointer, maxBytes } = request
  const info = await stat(path).catch(async (error: NodeJS.ErrnoException) => {
    const dangling = (await lstat(path).catch(() => null)) !== null
    const code =
      error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'path_not_found' : 'path_unreadable'
    const what = dangling
      ? 'is a link to nothing'
      : (READ_FAILURES[error.code ?? ''] ?? 'cannot be read')
    throw new AppError(code, `${path} ${what}.`, { cause: error, pointer })
  })
  if (!info.isFile()) {
    const what = info.isDirectory() ? 'a folder' : 'not a regular file'
    throw new AppError('path_unreadable', `${path} is ${what}.`, { pointer })
  }
  if (info.size === 0) throw new AppError('input_empty', `${path} is empty.`, { pointer })
  if (info.size > maxBytes) {
    throw new AppError(
      'input_too_large',
      `${path} has ${info.size} bytes; at most ${maxBytes} are allowed.`,
      {
        pointer,
        meta: { bytes: info.size, maxBytes },
      },
    )
  }
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  ENAMETOOLONG: 'has a name that is too long',
}
