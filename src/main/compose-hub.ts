// Composes a hub from the configuration: SQLite or PostgreSQL, a folder of blobs, and the engines of engines.ts. It opens them in order
// and closes them in reverse.
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { type RunningHub, startHub } from '../app/create-hub.ts'
import { createLocalSignals } from '../app/local-signals.ts'
import type { Observer } from '../app/ports/observer.ts'
import type { Renderer } from '../app/ports/renderer.ts'
import type { OpenSpeech } from '../app/ports/speech.ts'
import type { Config } from '../config/load-config.ts'
import type { AppError } from '../domain/errors.ts'
import { acceptRequest } from '../domain/generation.ts'
import { parsePrice } from '../domain/price.ts'
import type { EngineNews } from '../engines/comfyui/engine-news.ts'
import { hashesOfKeys } from '../http/api-keys.ts'
import { presentWebhook, signLinks } from '../http/present-webhook.ts'
import { createLinkSigner, type LinkSigner } from '../http/signed-url.ts'
import { createMedia } from '../media/create-media.ts'
import { createUrlChecker } from '../net/create-url-checker.ts'
import { createWebhookPoster } from '../net/post-webhook.ts'
import { createSpeech } from '../speech/open-speech.ts'
import { openStores } from '../stores/open-stores.ts'
import { createFaceFinderAside } from '../vision/find-faces-aside.ts'
import { bucketOf } from './bucket-of.ts'
import { findConfiguredTools, ownUrlOf } from './compose-generation.ts'
import { openHubModels } from './compose-models.ts'
import { composeRenderer } from './compose-renderer.ts'
import { speechOptions } from './compose-speech.ts'
import { openEngines } from './engines.ts'
import { createIdSource } from './random-ids.ts'
import { readVersion } from './read-version.ts'

export interface HubSurroundings {
  readonly config: Config
  /** Programs are searched for in its PATH; a ComfyUI that we start gets it without the secrets. */
  readonly env: NodeJS.ProcessEnv
  readonly observer: Observer
  /** false: it accepts jobs and leaves rendering to other hubs. */
  readonly works: boolean
  /** Replaces the speech server or program, in tests. */
  readonly openSpeech?: OpenSpeech
  /** Replaces the engines, in tests. */
  readonly renderer?: Renderer
}

const WORK_FOLDER = 'work'

/** The folder for parts of uploads that resume. */
export function uploadFolderOf({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(resolve(dataDir), 'uploads')
}

/** A hub that owns its stores. */
export interface ComposedHub extends RunningHub {
  /** Stops it, then closes its stores: call it only when no request is open. */
  close(): Promise<void>
}

/** @throws AppError `data_dir_busy`, `store_unavailable`, `store_too_new`, `tool_missing` */
export async function composeHub(surroundings: HubSurroundings): Promise<ComposedHub> {
  const { config, env, observer, works } = surroundings
  const { limits } = config
  const dataDir = resolve(config.dataDir)
  const tools = await findConfiguredTools(config, env.PATH ?? '')
  const media = createMedia({ tools, limits })
  const clock = { monotonicMs: () => performance.now(), epochMs: () => Date.now() }
  const ids = createIdSource(clock.epochMs)
  const parseRequest = createGenerationRequestParser(limits)
  await using opened = new AsyncDisposableStack()
  const { exclusive, close, ...stores } = await openStores({
    folder: dataDir,
    databaseUrl: config.databaseUrl ?? null,
    bucket: bucketOf(config),
    onTrouble: (error) => observer.observe({ type: 'hub.trouble', where: 'database', error }),
    onDamage: (error) => observer.observe({ type: 'hub.trouble', where: 'blobs', error }),
    newToken: ids.newToken,
  })
  opened.defer(close)
  const onTrouble = (error: AppError): void =>
    observer.observe({ type: 'hub.trouble', where: 'ComfyUI', error })
  const onNews = (news: EngineNews): void => observer.observe({ ...news, engine: 'comfyui' })
  const { engines } = opened.use(await openEngines({ config, tools, env, onTrouble, onNews }))
  const hub = await startHub({
    ports: {
      ...stores,
      signals: createLocalSignals(),
      observer,
      clock,
      ids,
      limits,
      media,
      faces: createFaceFinderAside(),
      openSpeech: surroundings.openSpeech ?? createSpeech(speechOptions(config, env.PATH ?? '')),
      renderer: surroundings.renderer ?? composeRenderer({ config, tools, engines }),
      engines,
      program: {
        name: `${hostname()}:${process.pid}`,
        version: readVersion(),
        startedAtMs: clock.epochMs(),
      },
      defaultEngine: config.engine ?? null,
      prices: { currency: config.currency, list: config.pricePerHour.map(parsePrice) },
      acceptRequest: (body) => acceptRequest(parseRequest(body)),
      checkUrl: createUrlChecker({ ...config.fetch, ...ownUrlOf(config) }),
      webhooks: {
        secrets: config.webhookSecrets ?? [],
        describe: (job, event, form) =>
          presentWebhook(job, event, form, config.publicUrl?.replace(/\/+$/, '') ?? null),
        signLinks: (delivery, linkKey, nowMs) =>
          signLinks(delivery, linkSigner(linkKey, config), nowMs),
        post: createWebhookPoster({ ...config.fetch, ...ownUrlOf(config) }),
      },
      openModels: () => openHubModels(config, env),
      directUploadMs: config.s3.directUploads === 'true' ? config.s3.linkLifeMs : null,
      videoLinkMs: config.s3.redirectVideos === 'true' ? config.s3.linkLifeMs : null,
      allowedPathRoots: config.allowedPathRoots,
      workFolder: join(dataDir, WORK_FOLDER),
      uploadFolder: uploadFolderOf(config),
    },
    exclusive,
    works,
  })
  const resources = opened.move()
  return {
    ...hub,
    async close() {
      try {
        await hub.stop()
        await hub.leave()
      } finally {
        await resources.disposeAsync()
      }
    },
  }
}

function linkSigner(linkKey: string, { apiKeys = [], limits }: Config): LinkSigner {
  const keyHashes = hashesOfKeys(apiKeys)
  return createLinkSigner({ secret: () => linkKey, keyHashes, lifeMs: limits.signedUrlLifeMs })
}
