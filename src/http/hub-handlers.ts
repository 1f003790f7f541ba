// The operations on the hub itself.
import { type LimitsResource, openApiDocument, type StorageResource } from '@infinitetalk/contract'
import { NO_RULES } from '../domain/key-rules.ts'
import { renderDocsPage } from './docs-page.ts'
import type { Handlers } from './handlers.ts'
import type { HttpOptions } from './http-options.ts'
import { isoTime } from './iso-time.ts'
import { presentAllowances } from './present-allowances.ts'
import { presentBackend } from './present-backend.ts'
import { presentWorker } from './present-worker.ts'

type Ids =
  | 'getLimits'
  | 'listBackends'
  | 'listWorkers'
  | 'listWorkflows'
  | 'getStorage'
  | 'livez'
  | 'readyz'
  | 'metrics'
  | 'openapi'
  | 'docs'

export function createHubHandlers({ hub, version, metrics }: HttpOptions): Handlers<Ids> {
  let document: object | null = null
  // Made when somebody asks: it would be a fifth of the hub's start.
  const describeApi = (): object => {
    document ??= openApiDocument({ version, bounds: hub.status.limits() })
    return document
  }
  return {
    async getLimits(exchange) {
      const { caller, reply } = exchange
      const { scopes, maxPriority, maxRunning, weight } = caller.rules ?? NO_RULES
      const limits = Object.entries(hub.status.limits())
      const answer: LimitsResource = {
        object: 'limits',
        limits: Object.fromEntries(limits.map(([name, value]) => [toSnakeCase(name), value])),
        key: {
          name: caller.ownerKey,
          admin: caller.isAdmin,
          scopes: [...scopes],
          max_priority: maxPriority,
          max_running: maxRunning,
          weight,
          allowances: presentAllowances(exchange),
        },
      }
      return reply.header('cache-control', 'no-store').send(answer)
    },

    async listBackends({ hub: hubOfCaller, reply }) {
      const backends = await hubOfCaller.status.backends()
      return reply
        .header('cache-control', 'no-store')
        .send({ object: 'list', data: backends.map(presentBackend) })
    },

    async listWorkers({ reply }) {
      const workers = await hub.status.workers()
      return reply
        .header('cache-control', 'no-store')
        .send({ object: 'list', data: workers.map(presentWorker) })
    },

    async listWorkflows({ reply }) {
      const workflows = await hub.status.workflows()
      return reply.send({
        object: 'list',
        data: workflows.map(({ inputType, ...workflow }) => ({
          ...workflow,
          input_type: inputType,
        })),
      })
    },

    async getStorage({ hub: hubOfCaller, reply }) {
      const storage = await hubOfCaller.status.storage()
      const answer: StorageResource = {
        object: 'storage',
        used_bytes: storage.bytes,
        files: storage.files,
        free_bytes: storage.freeBytes,
        reserve_bytes: storage.diskReserveBytes,
        quota_bytes: storage.quotaBytes,
        retention_s: storage.retentionMs / 1000,
        upload_life_s: storage.uploadLifeMs / 1000,
        measured_at: isoTime(storage.measuredAtMs),
      }
      return reply.header('cache-control', 'no-store').send(answer)
    },

    livez: async ({ reply }) =>
      reply.header('cache-control', 'no-store').send({ status: 'alive', version }),

    async readyz({ reply }) {
      const { ready, stopping, engines, store, disk } = await hub.status.health()
      reply.code(ready ? 200 : 503).header('cache-control', 'no-store')
      return reply.send({
        status: ready ? 'ready' : 'not_ready',
        stopping,
        engines,
        store,
        disk: {
          ready: disk.ready,
          free_bytes: roughly(disk.freeBytes),
          reserve_bytes: disk.reserveBytes,
        },
      })
    },

    metrics: async ({ reply }) => reply.type(metrics.contentType).send(await metrics.text()),

    openapi: async ({ reply }) => reply.send(describeApi()),

    docs: async ({ reply }) =>
      reply
        // Only text and style are allowed: no scripts, no images, nothing from elsewhere.
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8')
        .send(renderDocsPage(describeApi())),
  }
}

function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

const ROUGHLY_BYTES = 100_000_000

/** The route is open: exact figures would tell strangers about every upload. */
function roughly(bytes: number): number {
  return Math.floor(bytes / ROUGHLY_BYTES) * ROUGHLY_BYTES
}
