// A service of the Comfy API v2 as the engine sees a ComfyUI: Comfy's cloud, a deployment there, or comfy-api-proxy in front of
// somebody's own ComfyUI.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, toAppError } from '../../../domain/errors.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import type { PromptPlace } from '../comfy-answers.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { joinIds, ownIdOf, theirIdOf } from '../prompt-id.ts'
import { downloadAsset } from './download-asset.ts'
import { doubt, handOver } from './hand-over.ts'
import { type Json, jobIdOf, placeOf } from './job-answer.ts'
import { JobNews } from './job-news.ts'
import { findLostJob } from './lost-job.ts'
import { ServiceAssets } from './service-assets.ts'
import { askService } from './service-request.ts'

/** Larger than the last frames of any window. */
const MAX_HANDOVER_BYTES = 64 * 1024 * 1024
/** No service gives a job this id. */
const NO_JOB = '00000000-0000-4000-8000-000000000000'

/** @param patienceMs how long a service that takes no job now is asked again */
export function createServiceApi(address: ComfyAddress, patienceMs: number): ComfyApi {
  const news = new JobNews(address)
  const assets = new ServiceAssets(address)
  const look = async (id: string, signal: AbortSignal): Promise<Json | null> => {
    const theirs = theirIdOf(id)
    if (theirs !== null) return findJob(address, theirs, signal)
    const lost = await findLostJob(address, id, signal)
    if (lost === 'unknown') throw doubt(address, undefined)
    return lost
  }
  return {
    address,
    async systemStats(signal, timeoutMs) {
      await askHealth(address, signal, timeoutMs)
      return { version: null, json: { system: {}, devices: [] } }
    },
    upload: (upload) => assets.upload(upload),
    // An output cannot be relied on as an input: the proxy looks for it among the inputs.
    async inputOf(file, name, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-handover-'))
      try {
        const path = join(folder, name)
        const toPath = { toPath: path, maxBytes: MAX_HANDOVER_BYTES }
        await downloadAsset(address, { file, ...toPath, signal })
        return await assets.upload({ path, name, signal })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    async handOver(request, times, signal) {
      const job = await handOver({ address, request, times, patienceMs, signal })
      news.see(request.promptId, job)
      return joinIds(request.promptId, jobIdOf(job))
    },
    async find(id, signal) {
      const job = await look(id, signal)
      if (job === null) return { state: 'nowhere' }
      news.see(ownIdOf(id), job)
      return placeOf(address, job)
    },
    async stop(id, place, signal) {
      const job = isOver(place) ? null : await look(id, signal)
      if (job === null) return
      const path = `/api/v2/jobs/${encodeURIComponent(jobIdOf(job))}/cancel`
      await askService(address, { method: 'POST', path, signal })
    },
    openProgress: (options) => news.open(options),
    download: (download) => downloadAsset(address, download),
    // The size of an output is 0 while the service has not measured it.
    outputBytes: async () => null,
    // A service keeps jobs and their outputs until it ends their time, and rejects the deletion of either.
    emptyOutput: async () => {},
    deleteHistory: async () => {},
    // The memory of its machines is its own business.
    free: async () => {},
  }
}

async function findJob(
  address: ComfyAddress,
  id: string,
  signal: AbortSignal,
): Promise<Json | null> {
  try {
    const { json } = await askService(address, {
      path: `/api/v2/jobs/${encodeURIComponent(id)}`,
      signal,
    })
    jobIdOf(json)
    return json
  } catch (thrown) {
    const { meta } = toAppError(thrown)
    if (meta.status === 404 && meta.said !== null) return null
    // Too many looks; the next one comes later anyway.
    if (meta.status === 429)
      throw new AppError('engine_unreachable', toAppError(thrown).detail, { meta })
    throw thrown
  }
}

/** The cheapest question that needs the key and costs nothing: a job that does not exist. @throws AppError */
async function askHealth(
  address: ComfyAddress,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<void> {
  const time = timeoutMs === undefined ? {} : { timeoutMs }
  try {
    await askService(address, { path: `/api/v2/jobs/${NO_JOB}`, signal, ...time })
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.meta.status === 404 && error.meta.said !== null) return
    if (error.code === 'engine_failed' && error.meta.said !== null) return
    throw error
  }
}

function isOver({ state }: PromptPlace): boolean {
  return state === 'ended' || state === 'nowhere'
}
