// Composes a serverless worker of RunPod: a hub in this process that no network reaches, and in front of it the protocol of RunPod.
// Returns once it was asked to stop and has stopped.
import { loadConfig } from '../config/load-config.ts'
import { readConfigFile } from '../config/read-config-file.ts'
import { toAppError } from '../domain/errors.ts'
import { resolveWithSystem } from '../net/resolve-host.ts'
import { createUrlPolicy } from '../net/url-policy.ts'
import { createLogger } from '../observe/logger.ts'
import { waitUntilReady } from '../runners/hub-readiness.ts'
import { hurryAfter } from '../runners/hurry-after.ts'
import { JobApi } from '../runners/runpod/job-api.ts'
import { createJobLog } from '../runners/runpod/job-log.ts'
import { keepAlive } from '../runners/runpod/keep-alive.ts'
import { readEnvironment } from '../runners/runpod/read-environment.ts'
import { refuseJob, workJobs } from '../runners/runpod/work-jobs.ts'
import { composeHub } from './compose-hub.ts'
import { workerEnvironment } from './worker-environment.ts'
import type { WorkerSurroundings } from './worker-process.ts'

/** @throws AppError `config_invalid`, those of `composeHub`, and the error that ended the worker */
export async function runRunpodHandler(surroundings: WorkerSurroundings): Promise<void> {
  const { currentFolder, stdout, stderr, draining } = surroundings
  const environment = readEnvironment(surroundings.env)
  const env = workerEnvironment(surroundings.env)
  const config = loadConfig({ env, file: readConfigFile(env, currentFolder) })
  const log = createJobLog(stdout)
  const api = new JobApi(environment)
  const jobIds = new Set<string>()
  const heart = keepAlive({
    api,
    intervalMs: environment.pingIntervalMs,
    log,
    jobIds: () => [...jobIds],
  })
  try {
    const observer = createLogger(config.logLevel, stderr)
    const hub = await composeHub({ config, env, observer, works: true })
    const hurry = hurryAfter(draining, hub.status.limits().stopTimeoutMs)
    const ports = {
      hub,
      api,
      log,
      jobIds,
      volumeFolder: config.runpodVolumeDir,
      guard: { policy: createUrlPolicy(config.fetch), resolve: resolveWithSystem },
      isRefreshed: config.runpodRefreshWorker === 'true',
    }
    try {
      log.say(null, 'Starting as a serverless worker of RunPod.')
      await waitUntilReady(hub, draining).catch(async (thrown: unknown) => {
        await refuseJob(toAppError(thrown), ports, draining)
        throw thrown
      })
      if (!draining.aborted) log.say(null, 'Ready for jobs.')
      await workJobs(ports, { draining, hurrying: hurry.signal })
    } finally {
      hurry.stop()
      await hub.close()
      log.say(null, 'Stopped.')
    }
  } finally {
    await heart.stop()
  }
}
