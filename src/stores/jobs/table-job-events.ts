// Events of jobs in the table `job_events`.
import type { JobEventType } from '@infinitetalk/contract'
import type { JobEvents } from '../../app/ports/job-events.ts'
import type { JobId } from '../../domain/ids.ts'
import { executorOf } from '../database/executor.ts'

export function createJobEvents(): JobEvents {
  return {
    async append(tx, event) {
      // This transaction has written the job's row, so no other one can number its events now.
      const sequence = 1 + (await lastSequence(tx, event.jobId))
      await executorOf(tx)
        .insertInto('job_events')
        .values({
          job_id: event.jobId,
          sequence,
          attempt: event.attempt,
          at: event.atMs,
          type: event.body.type,
          body: JSON.stringify(event.body),
        })
        .execute()
      return { ...event, sequence }
    },
    async after(tx, id, afterSequence, limit) {
      const rows = await executorOf(tx)
        .selectFrom('job_events')
        .selectAll()
        .where('job_id', '=', id)
        .where('sequence', '>', afterSequence)
        .orderBy('sequence')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        jobId: row.job_id as JobId,
        sequence: row.sequence,
        attempt: row.attempt,
        atMs: row.at,
        body: JSON.parse(row.body),
      }))
    },
    async compact(tx, id) {
      const dropped: JobEventType = 'progress'
      await executorOf(tx)
        .deleteFrom('job_events')
        .where('job_id', '=', id)
        .where('type', '=', dropped)
        .execute()
    },
    async deleteAll(tx, id) {
      await executorOf(tx).deleteFrom('job_events').where('job_id', '=', id).execute()
    },
  }
}

async function lastSequence(tx: Parameters<JobEvents['append']>[0], id: JobId): Promise<number> {
  const last = await executorOf(tx)
    .selectFrom('job_events')
    .select('sequence')
    .where('job_id', '=', id)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.sequence ?? 0
}
