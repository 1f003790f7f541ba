// The hashes of videos as a hub sends them, for tests that move or lose everything else.
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { TestHub } from './test-hub.ts'

/** SHA-256 of each, in hex. */
export async function sumsOf(hub: TestHub, ids: readonly string[]): Promise<readonly string[]> {
  const sums: string[] = []
  for (const id of ids) {
    const video = await hub.fetch(`/v1/jobs/${id}/video`)
    expect(video.status).toBe(200)
    sums.push(
      createHash('sha256')
        .update(Buffer.from(await video.arrayBuffer()))
        .digest('hex'),
    )
  }
  return sums
}
