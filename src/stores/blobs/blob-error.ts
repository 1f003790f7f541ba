// Translates a failure of the file system that holds the blobs: no space, or a folder that cannot be used.
import { AppError } from '../../domain/errors.ts'
import type { Sha256 } from '../../domain/ids.ts'

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT'])
/** A volume that is not mounted, has lost its server or its permissions, or a failing disk. */
const AWAY = new Set([
  ...['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'EBUSY'],
  ...['ENODEV', 'ENXIO', 'ESTALE', 'ENOTCONN', 'EHOSTDOWN', 'ETIMEDOUT', 'EMFILE', 'ENFILE'],
])

/** An AppError and an unknown error stay as they are. */
export function toBlobError(error: unknown): unknown {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException
  if (NO_SPACE.has(code)) {
    return new AppError('disk_full', 'There is no space left where inputs and videos are kept.', {
      cause: error,
    })
  }
  if (!AWAY.has(code)) return error
  const detail = `The folder of inputs and videos cannot be used (${code}).`
  return new AppError('store_unavailable', detail, { cause: error })
}

/** Runs file operations and translates their failures. */
export async function asBlobErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toBlobError(error)
  }
}

export function blobMissing(sha256: Sha256, cause: unknown): AppError {
  const detail = `The file of ${sha256} is gone from where inputs and videos are kept.`
  return new AppError('store_unavailable', detail, { cause })
}

export function blobDamaged(sha256: Sha256): AppError {
  const detail = `The stored bytes of ${sha256} have changed. They were set aside.`
  return new AppError('blob_damaged', detail)
}

export function isDamage(error: unknown): boolean {
  return error instanceof AppError && error.code === 'blob_damaged'
}
