import { describe, expect, it } from 'vitest'
import type { RemoteRender } from '../../../domain/job.ts'
import { PieceRecords } from './piece-records.ts'

const CUTS = [153]

function record(backend: string, window: number): RemoteRender {
  const prompts = [{ window, id: `${backend}-${window}` }]
  return { engine: 'comfyui', backend, id: `id-${backend}`, seed: 7, prompts, begun: 1 }
}

/** Each write takes as long as the test likes. */
function slowMemory() {
  const written: RemoteRender[] = []
  const gates: (() => void)[] = []
  return {
    written,
    open: () => gates.shift()?.(),
    memory: {
      found: null,
      async keep(remote: RemoteRender) {
        await new Promise<void>((resolve) => gates.push(resolve))
        written.push(remote)
      },
    },
  }
}

describe('the records of pieces', () => {
  it('are written as one, of which none replaces a newer one', async () => {
    const { memory, written, open } = slowMemory()
    const records = new PieceRecords(memory, CUTS)
    const first = records.of(0).keep(record('a', 1))
    await Promise.resolve()
    const second = records.of(1).keep(record('b', 3))
    open()
    await first
    open()
    await second
    expect(written.at(-1)).toMatchObject({
      ...{ engine: 'comfyui', seed: 7, cuts: CUTS, prompts: [] },
      pieces: [record('a', 1), record('b', 3)],
    })
    expect(written).toHaveLength(2)
  })

  it('give each piece its own of an earlier attempt, and name every render that was left behind', async () => {
    const lost = [{ backend: 'c', id: 'lost', leftAtMs: 1 }]
    const pieces = [null, { ...record('b', 3), lost }]
    const written: RemoteRender[] = []
    const found = { ...record('b', 3), cuts: CUTS, pieces }
    const memory = { found, keep: async (remote: RemoteRender) => void written.push(remote) }
    const records = new PieceRecords(memory, CUTS)
    expect(records.of(0).found).toBeNull()
    expect(records.of(1).found).toEqual(pieces[1])
    await records.of(0).keep(record('a', 1))
    expect(written[0]).toMatchObject({ lost, pieces: [record('a', 1), pieces[1]] })
  })
})
