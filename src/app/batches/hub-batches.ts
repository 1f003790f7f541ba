// Composes the use cases of batches.
import type { HubBatches } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { SpokenSounds } from '../spoken-sounds.ts'
import { openArchive } from './archive-batch.ts'
import { cancelBatch } from './cancel-batch.ts'
import { getBatch, listBatches } from './read-batches.ts'
import { removeBatch } from './remove-batch.ts'
import { submitBatch } from './submit-batch.ts'

export function hubBatches(
  ports: HubPorts,
  spoken: SpokenSounds,
  refuseWhenStopping: () => void,
): HubBatches {
  return {
    async submit(request, options) {
      refuseWhenStopping()
      const openSpeech = spoken.openFor(options.caller.ownerKey, false)
      const { madeId, replayed } = await submitBatch(request, options, { ...ports, openSpeech })
      return { view: await getBatch(madeId, null, ports), replayed }
    },
    get: (id, ownerKey = null) => getBatch(id, ownerKey, ports),
    list: (query) => listBatches(query, ports),
    cancel: (id, ownerKey = null) => cancelBatch(id, ownerKey, ports),
    delete: (id, ownerKey = null) => removeBatch(id, ownerKey, ports),
    openArchive: (id, ownerKey = null) => openArchive(id, ownerKey, ports),
  }
}
