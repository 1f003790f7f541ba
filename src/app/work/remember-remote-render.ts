// Writes the place of a render on another machine into the job's row before the render is submitted there. After a crash the next
// attempt finds it and follows it instead of rendering twice.
import { AppError } from '../../domain/errors.ts'
import type { Job } from '../../domain/job.ts'
import { changeJob } from '../jobs/change-job.ts'
import type { RemoteRenderMemory } from '../ports/engine.ts'
import type { ClaimPorts } from './claim-job.ts'

export function rememberRemoteRender(job: Job, ports: ClaimPorts): RemoteRenderMemory {
  const { id, attempt } = job
  let found = job.remoteRender
  return {
    get found() {
      return found
    },
    async keep(remote) {
      const request = {
        event: { type: 'progress', attempt },
        edits: { remoteRender: remote },
      } as const
      const changed = await changeJob(id, request, ports)
      if (changed !== null && changed.transition.kind !== 'refused') {
        found = remote
        return
      }
      throw new AppError('worker_lost', 'This worker has lost the job’s lease.')
    },
  }
}
