// The models folder behind its port: each request opens what it needs and closes it.
import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ModelLibrary } from '../app/ports/models.ts'
import { Semaphore } from '../async/semaphore.ts'
import { AppError } from '../domain/errors.ts'
import { createDownloadClient, type ProxySettings } from '../net/download-client.ts'
import { readBootMark } from './boot-mark.ts'
import { chooseModels, findModel } from './choose-models.ts'
import type { DownloadPolicy } from './download-policy.ts'
import { inspectModel } from './inspect-model.ts'
import { linkModels } from './link-models.ts'
import { type ModelCatalogue, modelKey } from './load-manifest.ts'
import { LockFile } from './lock-file.ts'
import type { ModelHosts } from './model-hosts.ts'
import { lookAt, modelPaths } from './model-volume.ts'
import { takePullLock } from './pull-lock.ts'
import { pullModels } from './pull-models.ts'
import { verifyModels } from './verify-models.ts'

export interface ModelLibraryOptions {
  readonly folder: string
  readonly catalogue: ModelCatalogue
  readonly hosts: ModelHosts
  readonly policy: DownloadPolicy
  readonly proxy?: ProxySettings
  monotonicMs(): number
}

export function createModelLibrary(options: ModelLibraryOptions): ModelLibrary {
  const { catalogue, hosts, policy, monotonicMs } = options
  const volume = resolve(options.folder)
  return {
    folder: volume,
    sets: catalogue.sets,

    async list(choice) {
      const models = chooseModels(choice, catalogue)
      const lock = await LockFile.open(volume)
      return Promise.all(models.map((model) => inspectModel(model, volume, lock)))
    },

    async pull(request) {
      const models = chooseModels(request.choice, catalogue)
      return changing(volume, async (lock) => {
        const { connections, connectTimeoutMs } = policy
        const { proxy = {} } = options
        const client = createDownloadClient({ connections, connectTimeoutMs, proxy })
        try {
          const slots = new Semaphore(connections)
          const boot = await readBootMark()
          const ports = { volume, lock, client, hosts, policy, slots, boot, monotonicMs }
          return await pullModels(models, request, ports)
        } finally {
          await client.close()
        }
      })
    },

    async verify(request) {
      const models = chooseModels(request.choice, catalogue)
      return changing(volume, (lock) => verifyModels(models, request, { volume, lock }))
    },

    async link(request) {
      const lock = await LockFile.open(volume)
      return linkModels(catalogue.models, request, { volume, lock })
    },

    async remove(name) {
      const model = findModel(name, catalogue.models)
      return changing(volume, async (lock) => {
        const paths = modelPaths(volume, model)
        const occupant = await lookAt(paths.target)
        if (occupant.kind === 'other' || (occupant.kind === 'file' && occupant.linked)) {
          const what = occupant.kind === 'other' ? occupant.what : 'a link to a file elsewhere'
          throw new AppError('model_in_the_way', `${paths.target} is ${what}: it is not removed.`)
        }
        const { bytesOnDisk } = await inspectModel(model, volume, lock)
        for (const path of [paths.target, paths.part, paths.journal])
          await rm(path, { force: true })
        await lock.delete(modelKey(model))
        return { path: paths.target, bytes: bytesOnDisk }
      })
    },
  }
}

/** With exclusive access to the folder. @throws AppError `models_busy`, `output_unwritable` */
async function changing<T>(volume: string, work: (lock: LockFile) => Promise<T>): Promise<T> {
  try {
    await mkdir(volume, { recursive: true })
  } catch (cause) {
    throw new AppError('output_unwritable', `The models folder "${volume}" cannot be created.`, {
      cause,
    })
  }
  const release = takePullLock(volume)
  try {
    return await work(await LockFile.open(volume))
  } finally {
    release()
  }
}
