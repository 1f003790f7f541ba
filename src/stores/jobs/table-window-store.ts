// Finished windows of jobs in the table `job_windows`, and their sound in `job_sounds`.
import type { Selectable } from 'kysely'
import type { KeptBlob, KeptWindow, WindowStore } from '../../app/ports/window-store.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { executorOf } from '../database/executor.ts'
import type { JobWindowsTable } from '../database/schema.ts'

const COPIED = [
  'first_frame',
  'frames',
  'length',
  'seed',
  'backend',
  'render_seconds',
  'segment_sha256',
  'segment_bytes',
  'handover_sha256',
  'handover_bytes',
] as const

export function createWindowStore(): WindowStore {
  return {
    async put(tx, id, window) {
      const values = {
        attempt: window.attempt,
        first_frame: window.firstFrame,
        frames: window.frames,
        length: window.length,
        seed: window.seed,
        backend: window.backend,
        render_seconds: window.renderSeconds,
        segment_sha256: window.segment.sha256,
        segment_bytes: window.segment.bytes,
        handover_sha256: window.handover?.sha256 ?? null,
        handover_bytes: window.handover?.bytes ?? null,
        lead_sha256: window.lead?.sha256 ?? null,
        lead_bytes: window.lead?.bytes ?? null,
      }
      await executorOf(tx)
        .insertInto('job_windows')
        .values({ job_id: id, number: window.number, ...values })
        .onConflict((conflict) => conflict.columns(['job_id', 'number']).doUpdateSet(values))
        .execute()
    },
    async ofJob(tx, id) {
      const rows = await executorOf(tx)
        .selectFrom('job_windows')
        .selectAll()
        .where('job_id', '=', id)
        .orderBy('number')
        .execute()
      return rows.map(fromRow)
    },
    async putSound(tx, id, { sha256, bytes }) {
      await executorOf(tx)
        .insertInto('job_sounds')
        .values({ job_id: id, sha256, bytes })
        .onConflict((conflict) => conflict.column('job_id').doUpdateSet({ sha256, bytes }))
        .execute()
    },
    async soundOf(tx, id) {
      const row = await executorOf(tx)
        .selectFrom('job_sounds')
        .select(['sha256', 'bytes'])
        .where('job_id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : { sha256: row.sha256 as Sha256, bytes: row.bytes }
    },
    async copy(tx, { from, to, numbers }) {
      // PostgreSQL has no empty list.
      const wanted = numbers.length === 0 ? [0] : [...numbers]
      await executorOf(tx)
        .insertInto('job_windows')
        .columns(['job_id', 'number', 'attempt', ...COPIED])
        .expression((query) =>
          query
            .selectFrom('job_windows')
            .select((row) => [
              row.val(to).as('to'),
              row.fn
                .agg<number>('row_number')
                .over((over) => over.orderBy('number'))
                .as('place'),
              row.lit(0).as('attempt'),
              ...COPIED,
            ])
            .where('job_id', '=', from)
            .where('number', 'in', wanted),
        )
        .execute()
      await executorOf(tx)
        .insertInto('job_sounds')
        .columns(['job_id', 'sha256', 'bytes'])
        .expression((query) =>
          query
            .selectFrom('job_sounds')
            .select((row) => [row.val(to).as('to'), 'sha256', 'bytes'])
            .where('job_id', '=', from),
        )
        .execute()
    },
    async deleteAll(tx, id) {
      await executorOf(tx).deleteFrom('job_windows').where('job_id', '=', id).execute()
      await executorOf(tx).deleteFrom('job_sounds').where('job_id', '=', id).execute()
    },
  }
}

function fromRow(row: Selectable<JobWindowsTable>): KeptWindow {
  return {
    number: row.number,
    attempt: row.attempt,
    firstFrame: row.first_frame,
    frames: row.frames,
    length: row.length,
    seed: row.seed,
    backend: row.backend,
    renderSeconds: row.render_seconds,
    segment: { sha256: row.segment_sha256 as Sha256, bytes: row.segment_bytes },
    handover: blobOf(row.handover_sha256, row.handover_bytes),
    lead: blobOf(row.lead_sha256, row.lead_bytes),
  }
}

function blobOf(sha256: string | null, bytes: number | null): KeptBlob | null {
  return sha256 === null || bytes === null ? null : { sha256: sha256 as Sha256, bytes }
}
