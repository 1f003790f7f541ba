// A worker in a process of its own, for tests that kill it: composed like `infinitetalk worker`, with videos that differ from job to
// job, so that each must be stored. It ends with its parent.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HubEvent } from '../../src/app/ports/observer.ts'
import type { Renderer } from '../../src/app/ports/renderer.ts'
import { pause } from '../../src/async/pause.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { boundHeap } from '../../src/main/bound-heap.ts'
import { composeHub } from '../../src/main/compose-hub.ts'

export interface FleetWorkerOptions {
  readonly env: Readonly<Record<string, string>>
  readonly renderMs: number
  /** The bytes of most videos. */
  readonly smallBytes: number
  /** The bytes of every `largeEvery`-th video: enough for an upload in parts. */
  readonly largeBytes: number
  readonly largeEvery: number
}

export type FleetWorkerNews =
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly name: HubEvent['type']; readonly jobId: string | null }
  | { readonly type: 'trouble'; readonly where: string; readonly why: string }
  /** Rendering of a job began or ended in this process. */
  | {
      readonly type: 'render'
      readonly jobId: string
      readonly state: 'begun' | 'stopped' | 'done'
    }

process.once('disconnect', () => process.exit())
process.once('message', (options) => {
  // The database or the bucket may be away: a service manager starts the worker again, and so does the test.
  start(options as FleetWorkerOptions).catch(() => process.exit(1))
})

async function start(options: FleetWorkerOptions): Promise<void> {
  boundHeap()
  await composeHub({
    config: loadConfig({ env: options.env }),
    env: process.env,
    observer: { observe: tellEvent },
    works: true,
    renderer: createRenderer(options),
  })
  tell({ type: 'ready' })
}

function tellEvent(event: HubEvent): void {
  if (event.type === 'hub.trouble') {
    tell({ type: 'trouble', where: event.where, why: String(event.error).slice(0, 300) })
    return
  }
  const jobId = 'jobId' in event ? event.jobId : null
  tell({ type: 'event', name: event.type, jobId })
}

function createRenderer({
  renderMs,
  smallBytes,
  largeBytes,
  largeEvery,
}: FleetWorkerOptions): Renderer {
  let renders = 0
  return {
    async render({ jobId, workDir, spec, signal, onProgress }) {
      renders += 1
      tell({ type: 'render', jobId, state: 'begun' })
      const bytes = renders % largeEvery === 0 ? largeBytes : smallBytes
      onProgress({ stage: 'sampling', done: 0, total: 25 })
      await pause(renderMs, signal).catch((error: unknown) => {
        tell({ type: 'render', jobId, state: 'stopped' })
        throw error
      })
      tell({ type: 'render', jobId, state: 'done' })
      const path = join(workDir, 'video.mp4')
      const posterPath = join(workDir, 'poster.jpg')
      const content = Buffer.alloc(bytes, `${jobId} `)
      await writeFile(path, content)
      await writeFile(posterPath, 'still')
      const sha256 = createHash('sha256').update(content).digest('hex')
      const size = { width: 64, height: 64, fps: 25, frames: 25, seconds: 1 }
      const facts = { path, posterPath, bytes, sha256, ...size, warnings: [] }
      return { ...facts, engine: 'noop', seed: spec.seed ?? 0 }
    },
  }
}

function tell(news: FleetWorkerNews): void {
  process.send?.(news, () => {})
}
