// A hub in a process of its own, for tests that kill it: composed like `serve`, with the noop engine. It takes orders over IPC; an
// acknowledged job is a promise. It ends with its parent.

import type { HubEvent, Observer } from '../../src/app/ports/observer.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createNoopEngine } from '../../src/engines/noop/noop-engine.ts'
import { composeHub } from '../../src/main/compose-hub.ts'
import { createMedia } from '../../src/media/create-media.ts'
import { shippedTools } from './shipped-tools.ts'

export interface HubProcessOptions {
  readonly dataDir: string
  /** Kept between lives, so that ffmpeg makes the video once. */
  readonly noopFolder: string
  readonly renderMs: number
  /** PostgreSQL, shared with other hubs; SQLite otherwise. */
  readonly databaseUrl?: string
}

export type HubProcessOrder =
  | { readonly type: 'start'; readonly options: HubProcessOptions }
  | { readonly type: 'submit'; readonly number: number }
  | { readonly type: 'queue' }

export type HubProcessAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly event: HubEvent }
  | { readonly type: 'accepted'; readonly number: number; readonly jobId: string }
  | { readonly type: 'refused'; readonly number: number; readonly error: string }
  | { readonly type: 'queue'; readonly waiting: number; readonly leased: number }

/** An error cannot be sent to the parent, and nobody asks for it there. */
const REPORTING: Observer = {
  observe: (event) => {
    if (event.type !== 'hub.trouble') answer({ type: 'event', event })
  },
}
let hub: Awaited<ReturnType<typeof composeHub>> | null = null

process.once('disconnect', () => process.exit())
process.on('message', (order) => void obey(order as HubProcessOrder))

async function obey(order: HubProcessOrder): Promise<void> {
  switch (order.type) {
    case 'start':
      hub = await start(order.options)
      answer({ type: 'ready' })
      break
    case 'submit':
      await submit(order.number)
      break
    case 'queue': {
      const { waiting, leased } = await hub!.status.queue()
      answer({ type: 'queue', waiting, leased })
    }
  }
}

async function start({ dataDir, noopFolder, renderMs, databaseUrl }: HubProcessOptions) {
  const env = {
    INFINITETALK_DATA_DIR: dataDir,
    INFINITETALK_ENGINE: 'noop',
    INFINITETALK_LIMIT_RENDER_MAX_PARALLEL: '3',
    INFINITETALK_LIMIT_WORKER_MAX_LOSSES: '1000',
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  }
  const config = loadConfig({ env })
  const tools = await shippedTools()
  const media = createMedia({ tools, limits: config.limits })
  const engine = createNoopEngine({ tools, media, folder: noopFolder, renderMs })
  const renderer = { render: engine.renderWhole! }
  return composeHub({ config, env: process.env, observer: REPORTING, works: true, renderer })
}

async function submit(number: number): Promise<void> {
  const picture = Buffer.from(`picture ${number % 7}`).toString('base64')
  const voice = Buffer.from(`voice ${number}`).toString('base64')
  try {
    const { view } = await hub!.jobs.submit(
      { image: { base64: picture }, audio: { base64: voice } },
      {
        caller: { ownerKey: 'anonymous', isAdmin: true },
        idempotencyKey: `key-${number}`,
        route: 'POST /v1/jobs',
        signal: new AbortController().signal,
      },
    )
    answer({ type: 'accepted', number, jobId: view.job.id })
  } catch (error) {
    answer({ type: 'refused', number, error: String(error) })
  }
}

function answer(message: HubProcessAnswer): void {
  // The channel is closed once the parent is gone.
  process.send?.(message, () => {})
}
