import { open, readFile, stat, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { readJournal, TransferJournal, type TransferRecord } from './transfer-journal.ts'

const record = (end: number): TransferRecord => ({
  source: 'https://models.example/a',
  bytes: 1000,
  sha256: null,
  validator: '"tag"',
  boot: 'boot',
  written: [[0, end]],
  flushed: [],
})

async function journalOf(path: string, ...ends: readonly number[]): Promise<void> {
  const [journal] = await TransferJournal.open(path)
  for (const end of ends) await journal.save(record(end))
  await journal.close()
}

describe('a transfer journal', () => {
  it('gives back the last record', async () => {
    const path = (await createTestFolder()).path('journal')
    await journalOf(path, 1, 2, 3)
    expect(await readJournal(path)).toEqual(record(3))
    await journalOf(path, 4)
    expect(await readJournal(path)).toEqual(record(4))
  })

  it('gives back the record before when the last one was torn, wherever it was torn', async () => {
    const path = (await createTestFolder()).path('journal')
    await journalOf(path, 1, 2, 3)
    const whole = await readFile(path)
    // The third record is in the second slot, behind the text of the second record in the first.
    const slot = 64 * 1024
    const length = whole.indexOf('\n', slot) - slot
    for (let cut = 0; cut < length; cut += 7) {
      const torn = Buffer.from(whole)
      torn.fill(0, slot + cut, slot + length + 1)
      await writeFile(path, torn)
      expect(await readJournal(path)).toEqual(record(2))
    }
  })

  it('never grows', async () => {
    const path = (await createTestFolder()).path('journal')
    await journalOf(path, ...Array.from({ length: 500 }, (_, index) => index + 1))
    expect((await stat(path)).size).toBeLessThan(2 * 64 * 1024)
    expect(await readJournal(path)).toEqual(record(500))
  })

  it('forgets the last ranges rather than outgrow its slot', async () => {
    const path = (await createTestFolder()).path('journal')
    const size = 9_000_000_000_000_000
    const written = Array.from({ length: 3000 }, (_, i): [number, number] => [
      size + 2 * i,
      size + 2 * i + 1,
    ])
    const [journal] = await TransferJournal.open(path)
    await journal.save({ ...record(1), written, flushed: written })
    await journal.close()
    const kept = (await readJournal(path))?.written ?? []
    expect(kept.length).toBeGreaterThan(100)
    expect(written.slice(0, kept.length)).toEqual(kept)
  })

  it('is empty when there is nothing, or nonsense', async () => {
    const folder = await createTestFolder()
    expect(await readJournal(folder.path('absent'))).toBeNull()
    await writeFile(folder.path('nonsense'), 'what is this\n')
    expect(await readJournal(folder.path('nonsense'))).toBeNull()
    const handle = await open(folder.path('empty'), 'w')
    await handle.close()
    expect(await readJournal(folder.path('empty'))).toBeNull()
  })
})
