// Puts a person's request with its files into the form that a service takes, and reports what was stored there.
import { extname } from 'node:path'
import type { RemoteRequest, StoredInputs } from '../../app/ports/remote-queue.ts'
import { type CarryRequest, carryFiles, removeCarried } from './carry-inputs.ts'
import type { CloudInput } from './cloud-service.ts'
import type { CloudTimes } from './cloud-times.ts'
import { describeRequest, filesOf } from './describe-request.ts'

export interface CarryOptions {
  readonly to: Omit<CarryRequest['to'], 'whenTooLarge'>
  readonly times: Pick<CloudTimes, 'tidyMs'>
  readonly signal: AbortSignal
  /** Called before anything is stored. */
  onStore(): void
}

const WHEN_TOO_LARGE =
  'Set BEAM_VOLUME to a volume that takes the files, give links (https://...) instead of files, or make them smaller.'

/** Nothing stays stored when it fails. @throws AppError `input_too_large`, or the failure of the storage */
export async function carryRequest(
  request: RemoteRequest,
  { to, times, signal, onStore }: CarryOptions,
): Promise<{ readonly input: CloudInput; readonly stored: StoredInputs | null }> {
  const files = filesOf(request).map((path, index) => ({ path, name: storedName(path, index) }))
  let stored: StoredInputs | null = null
  try {
    const { input } = await carryFiles({
      files,
      describe: (form, texts) => describeRequest(request, form, texts),
      to: { ...to, whenTooLarge: WHEN_TOO_LARGE },
      signal,
      onStore(folder) {
        const { storage } = to
        if (storage === undefined) return
        const names = files.map(({ name }) => name)
        stored = {
          place: storage.placeOf(folder),
          remove: () => removeCarried(folder, storage, AbortSignal.timeout(times.tidyMs), names),
        }
        onStore()
      },
    })
    return { input, stored }
  } catch (thrown) {
    await removeStored(stored)
    throw thrown
  }
}

function removeStored(stored: StoredInputs | null): Promise<void> | undefined {
  return stored?.remove()
}

/** The service sees only the extension of a local file name. */
function storedName(path: string, index: number): string {
  const [, kind = ''] = /^\.([a-z0-9]{1,5})$/i.exec(extname(path)) ?? []
  return kind === '' ? `input-${index}` : `input-${index}.${kind.toLowerCase()}`
}
