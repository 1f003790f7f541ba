// A hub in a folder of its own, over SQLite, with a renderer that the test directs and a wall clock that it can move. It is closed
// with its test.
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { onTestFinished } from 'vitest'
import { type RunningHub, startHub } from '../../src/app/create-hub.ts'
import type { JobView, SubmitOptions } from '../../src/app/hub.ts'
import type { HubPorts } from '../../src/app/hub-ports.ts'
import { createLocalSignals } from '../../src/app/local-signals.ts'
import type { HubEvent } from '../../src/app/ports/observer.ts'
import type { Renderer } from '../../src/app/ports/renderer.ts'
import { acceptRequest } from '../../src/domain/generation.ts'
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts'
import { presentWebhook } from '../../src/http/present-webhook.ts'
import { createIdSource } from '../../src/main/random-ids.ts'
import { createUrlChecker } from '../../src/net/create-url-checker.ts'
import { createWebhookPoster } from '../../src/net/post-webhook.ts'
import type { UrlPolicyOptions } from '../../src/net/url-policy.ts'
import { openStores, type Stores } from '../../src/stores/open-stores.ts'
import { testLibrary } from './model-pull.ts'
import { sampleEngine } from './sample-engine.ts'
import { ScriptedRenderer } from './scripted-renderer.ts'
import { createTestFolder, type TestFolder } from './test-folder.ts'

export interface HubBenchOptions {
  readonly limits?: Partial<Limits>
  readonly renderer?: Renderer
  readonly works?: boolean
  readonly allowedPathRoots?: readonly string[]
  /** The folder of an earlier hub, whose work this one resumes. */
  readonly folder?: TestFolder
  /** PostgreSQL, shared with other hubs; SQLite otherwise. */
  readonly databaseUrl?: string
  readonly webhookSecrets?: readonly string[]
  /** Networks and ports of receivers that are not public. */
  readonly fetch?: UrlPolicyOptions
}

export interface HubBench {
  readonly hub: RunningHub
  readonly renderer: ScriptedRenderer
  readonly stores: Stores
  readonly ports: HubPorts
  readonly folder: TestFolder
  readonly events: HubEvent[]
  /** Added to the time of day; the monotonic clock is not affected. */
  readonly wallClock: { offsetMs: number }
  submit(body?: object, options?: Partial<SubmitOptions>): Promise<JobView>
  ended(id: string): Promise<JobView>
  /** Stops it and closes its stores. */
  close(): Promise<void>
}

export const signal = new AbortController().signal

export const SUBMIT: SubmitOptions = {
  caller: { ownerKey: 'anonymous', isAdmin: true },
  idempotencyKey: null,
  route: 'POST /v1/jobs',
  signal,
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Arbitrary bytes: the noop engine accepts everything. */
export const BODY = {
  image: { base64: base64('picture') },
  audio: { base64: base64('voice') },
}

export async function createHubBench(options: HubBenchOptions = {}): Promise<HubBench> {
  const folder = options.folder ?? (await createTestFolder())
  const scripted = new ScriptedRenderer()
  const events: HubEvent[] = []
  const wallClock = { offsetMs: 0 }
  const clock = {
    monotonicMs: () => performance.now(),
    epochMs: () => Date.now() + wallClock.offsetMs,
  }
  const ids = createIdSource(clock.epochMs)
  const parse = createGenerationRequestParser(DEFAULT_LIMITS)
  const stores = await openStores({
    folder: folder.path('data'),
    databaseUrl: options.databaseUrl ?? null,
    onTrouble: (error) => {
      throw error
    },
    onDamage: (error) => events.push({ type: 'hub.trouble', where: 'blobs', error }),
    newToken: ids.newToken,
  })
  const { exclusive, close: _, ...storePorts } = stores
  const ports: HubPorts = {
    ...storePorts,
    signals: createLocalSignals(),
    observer: { observe: (event) => events.push(event) },
    clock,
    ids,
    limits: { ...DEFAULT_LIMITS, diskReserveBytes: 1, ...options.limits },
    media: NO_MEDIA,
    faces: { findFaces: async () => [] },
    openSpeech: refuse,
    renderer: options.renderer ?? scripted,
    engines: new Map([['noop', sampleEngine()]]),
    program: { name: 'bench:1', version: '0.0.0-test', startedAtMs: 0 },
    defaultEngine: null,
    prices: { currency: 'USD', list: [] },
    acceptRequest: (body) => acceptRequest(parse(body)),
    openModels: async () =>
      testLibrary({ folder: 'none', endpoint: 'http://127.0.0.1:9', models: [] }),
    checkUrl: createUrlChecker(options.fetch ?? {}),
    webhooks: {
      secrets: options.webhookSecrets ?? [],
      describe: (job, event, form) => presentWebhook(job, event, form, null),
      signLinks: ({ body }) => body,
      post: createWebhookPoster(options.fetch ?? {}),
    },
    videoLinkMs: null,
    directUploadMs: null,
    allowedPathRoots: options.allowedPathRoots ?? [],
    workFolder: folder.path('data/work'),
    uploadFolder: folder.path('data/uploads'),
  }
  const hub = await startHub({ ports, exclusive, works: options.works ?? true })
  let closing: Promise<void> | null = null
  const close = (): Promise<void> => {
    closing ??= (async () => {
      await hub.stop(AbortSignal.abort())
      await hub.leave()
      await stores.close()
    })()
    return closing
  }
  onTestFinished(close)
  return {
    hub,
    renderer: scripted,
    stores,
    ports,
    folder,
    events,
    wallClock,
    submit: async (body = BODY, submitOptions = {}) =>
      (await hub.jobs.submit(body, { ...SUBMIT, ...submitOptions })).view,
    ended: (id) => hub.jobs.waitForEnd(id, { waitMs: 20_000, signal }),
    close,
  }
}

const refuse = async (): Promise<never> => {
  throw new Error('The noop engine looks at no media.')
}
const NO_MEDIA: HubPorts['media'] = {
  stageImage: refuse,
  stageVoice: refuse,
  stageVideo: refuse,
  joinSpeech: refuse,
  cutDialogue: refuse,
  checkCaptions: refuse,
  finish: refuse,
}
