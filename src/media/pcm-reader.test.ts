import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createPcmSandbox, silence } from '../../test/support/pcm-sandbox.ts'
import { PcmReader } from './pcm-reader.ts'

const sandbox = createPcmSandbox()
afterAll(() => sandbox.remove())

it('all samples arrive, in order, in blocks', async () => {
  const samples = Int16Array.from({ length: 100_001 }, (_, i) => (i * 31) % 65_536)
  const path = join(sandbox.folder, 'ramp.pcm')
  writeFileSync(path, samples)

  const reader = await PcmReader.open(path)
  const read: number[] = []
  for await (const block of reader.blocks(new AbortController().signal)) read.push(...block)
  await reader.close()
  expect(reader.samples).toBe(samples.length)
  expect(read).toEqual([...samples])
})

it('half a sample at the end does not count', async () => {
  const path = join(sandbox.folder, 'odd.pcm')
  writeFileSync(path, Uint8Array.of(1, 0, 2, 0, 3))

  const reader = await PcmReader.open(path)
  const blocks: number[][] = []
  for await (const block of reader.blocks(new AbortController().signal)) blocks.push([...block])
  await reader.close()
  expect(reader.samples).toBe(2)
  expect(blocks).toEqual([[1, 2]])
})

it('reading stops between two blocks once it is aborted', async () => {
  const stop = new AbortController()
  const reader = await PcmReader.open(sandbox.write(silence(20)))
  let blocks = 0
  const reading = async (): Promise<void> => {
    for await (const _ of reader.blocks(stop.signal)) {
      blocks += 1
      stop.abort(new Error('enough'))
    }
  }
  await expect(reading()).rejects.toThrow('enough')
  await reader.close()
  expect(blocks).toBe(1)
})
