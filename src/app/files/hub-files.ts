// Composes the use cases of uploaded files, and of what is looked at or heard before there is a job.
import { Semaphore } from '../../async/semaphore.ts'
import type { HubFiles } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { checkDiskHasRoom } from '../jobs/submit-job.ts'
import type { SpokenSounds } from '../spoken-sounds.ts'
import { completeDirectUpload, grantDirectUpload } from './direct-upload.ts'
import { findFaces } from './find-faces.ts'
import { completeUpload } from './resumed-upload.ts'
import { speakText } from './speak-text.ts'
import { createFile, deleteFile, getFile, writeFile } from './upload-file.ts'

/** Requests whose media are read at the same time. */
const PARALLEL_PROBES = 2

export function hubFiles(
  ports: HubPorts,
  spoken: SpokenSounds,
  refuseWhenStopping: () => void,
): HubFiles {
  const probes = new Semaphore(PARALLEL_PROBES)
  return {
    speak: (request, { caller, signal }) => {
      const openSpeech = spoken.openFor(caller.ownerKey, true)
      return speakText(request, { probes, signal }, { ...ports, openSpeech })
    },
    faces: (source, signal) => findFaces(source, { probes, signal }, ports),
    async create(request, caller) {
      refuseWhenStopping()
      const file = await createFile(request, caller, ports)
      return { ...file, direct: await grantDirectUpload(file, ports) }
    },
    async write(id, options) {
      refuseWhenStopping()
      return writeFile(id, options, ports)
    },
    async checkRoom() {
      refuseWhenStopping()
      await checkDiskHasRoom(ports)
    },
    complete: (id, options) => completeUpload(id, options, ports),
    async completeDirect(id, options) {
      refuseWhenStopping()
      return completeDirectUpload(id, options, ports)
    },
    async receive({ caller, filename, ...options }) {
      refuseWhenStopping()
      const request = { filename, content_type: options.contentType }
      const { id } = await createFile(request, caller, ports)
      try {
        return await writeFile(id, options, ports)
      } catch (error) {
        await deleteFile(id, ports)
        throw error
      }
    },
    get: (id) => getFile(id, ports),
    delete: (id) => deleteFile(id, ports),
  }
}
