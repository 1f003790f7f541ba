// What an attempt learns about a render on another machine is written into the job's row before the render is handed over:
// whoever takes the job up after a crash of this program finds it there and goes on with it instead of rendering twice.
import { AppError } from '../../domain/errors.ts'
import type { Job } from '../../domain/job.ts'
import { changeJob } from '../jobs/change-job.ts'
import type { RemoteRenderMemory } from '../ports/engine.ts'
import type { ClaimPorts } from './claim-job.ts'

export function rememberRemoteRender(job: Job, ports: ClaimPorts): RemoteRenderMemory {
  const { id, attempt, remoteRender } = job
  return {
    found: remoteRender,
    async keep(remote) {
      const request = {
        event: { type: 'progress', attempt },
        edits: { remoteRender: remote },
      } as const
      const changed = await changeJob(id, request, ports)
      if (changed !== null && changed.transition.kind !== 'refused') return
      throw new AppError('worker_lost', 'The job is not this worker’s any more.')
    },
  }
}
