// The operations on the model files of the hub.
import { type ModelPullResource, modelPullRequestSchema, parseQuery } from '@infinitetalk/contract'
import type { ModelPullView } from '../app/hub.ts'
import { acceptRequest } from './accept-request.ts'
import { readJson } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { isoTime } from './iso-time.ts'
import { presentModel } from './present-model.ts'

export const MODEL_HANDLERS: Handlers<
  'listModels' | 'startModelPull' | 'getModelPull' | 'cancelModelPull'
> = {
  async listModels({ hub, reply }) {
    const { models, sets } = await hub.models.list()
    return reply.send({ object: 'list', sets, data: models.map(presentModel) })
  },

  async startModelPull(exchange) {
    const { hub, reply } = exchange
    const body = await readJson(exchange, hub.status.limits().bodyMaxBytes)
    const { sets, models } = acceptRequest(parseQuery(modelPullRequestSchema, body ?? {}))
    const pull = await hub.models.pull({
      ...(sets == null ? {} : { sets }),
      ...(models == null ? {} : { names: models }),
    })
    return reply.code(202).send(presentPull(pull))
  },

  async getModelPull({ hub, reply }) {
    return reply.header('cache-control', 'no-store').send(presentPull(hub.models.readPull()))
  },

  async cancelModelPull({ hub, reply }) {
    return reply.code(202).send(presentPull(hub.models.cancelPull()))
  },
}

function presentPull(pull: ModelPullView): ModelPullResource {
  const { error } = pull
  return {
    object: 'model_pull',
    status: pull.status,
    models: [...pull.models],
    done_bytes: pull.doneBytes,
    total_bytes: pull.totalBytes,
    bytes_per_second: pull.bytesPerSecond,
    eta_s: pull.etaSeconds,
    files: pull.files.map(({ model, stage, doneBytes, totalBytes, waiting }) => ({
      model,
      stage,
      done_bytes: doneBytes,
      total_bytes: totalBytes,
      waiting,
    })),
    pulled: [...pull.pulled],
    failures: pull.failures.map((failure) => ({ ...failure })),
    error:
      error === null ? null : { code: error.code, message: error.detail, hint: error.entry.hint },
    started_at: isoTime(pull.startedAtMs),
    finished_at: isoTime(pull.finishedAtMs),
  }
}
