// Kills a hub with SIGKILL between the end of a job and the delivery of its event, starts it again on the same data, and counts what
// its receiver got.
import { setTimeout as sleep } from 'node:timers/promises'
import { vi } from 'vitest'
import { startHub } from './serving-hub.ts'
import type { TestFolder } from './test-folder.ts'
import { json, tinyRequest } from './test-hub.ts'
import { receiverSettings, startReceiver } from './webhook-receiver.ts'

export interface LostEvents {
  readonly jobs: number
  readonly delivered: number
  /** Different ids: one for each job. */
  readonly ids: number
  readonly attempts: number
}

/** Longer than the dispatcher takes to send an event. */
const LONGEST_LIFE_MS = 1200

/** @param random 0..1 */
export async function killBeforeDelivery(
  kills: number,
  folder: TestFolder,
  random: () => number,
): Promise<LostEvents> {
  const receiver = await startReceiver()
  const env = {
    ...receiverSettings(receiver),
    INFINITETALK_ENGINE: 'noop',
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
  }
  const dataFolder = folder.path('data')
  const body = { ...(await tinyRequest()), webhook: { url: receiver.url } }
  const jobs: string[] = []
  for (let kill = 0; kill < kills; kill += 1) {
    // Half of the hubs die while the receiver still thinks, the others before, during or after a delivery.
    receiver.answer = () => (kill % 2 === 0 ? 'silence' : { status: 204 })
    const before = receiver.received.length
    const hub = await startHub({ dataFolder, env })
    const answer = await fetch(`${hub.url}/v1/jobs`, json(body, { prefer: 'wait=60' }))
    jobs.push(((await answer.json()) as { id: string }).id)
    if (kill % 4 === 0) await receiver.attempts(before + 1)
    else await sleep(random() * LONGEST_LIFE_MS)
    await hub.kill('SIGKILL')
  }
  receiver.answer = () => ({ status: 204 })
  const last = await startHub({ dataFolder, env })
  await vi.waitUntil(() => receiver.accepted.size >= jobs.length, { timeout: 100_000 })
  await last.kill('SIGKILL')
  const ofJobs = receiver.received.map(({ id, body }) => `${id} ${JSON.parse(body).data.id}`)
  return {
    jobs: new Set(jobs).size,
    delivered: receiver.accepted.size,
    ids: new Set(ofJobs).size,
    attempts: ofJobs.length,
  }
}
