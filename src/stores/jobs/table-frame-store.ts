// The latest pictures of renders in the table `job_frames`: small rows that live as long as a render.
import type { FrameStore } from '../../app/ports/frame-store.ts'
import { executorOf } from '../database/executor.ts'

export function createFrameStore(isShared: boolean): FrameStore {
  return {
    isShared,
    async put(tx, id, { attempt, tag, jpeg }) {
      const row = { attempt, tag, jpeg: Buffer.from(jpeg) }
      await executorOf(tx)
        .insertInto('job_frames')
        .values({ job_id: id, ...row })
        .onConflict((conflict) =>
          conflict.column('job_id').doUpdateSet(row).where('job_frames.attempt', '<=', attempt),
        )
        .execute()
    },
    async get(tx, id) {
      const row = await executorOf(tx)
        .selectFrom('job_frames')
        .select(['attempt', 'tag', 'jpeg'])
        .where('job_id', '=', id)
        .executeTakeFirst()
      return row ?? null
    },
    async drop(tx, id) {
      await executorOf(tx).deleteFrom('job_frames').where('job_id', '=', id).execute()
    },
    async sweep(tx) {
      await executorOf(tx)
        .deleteFrom('job_frames')
        .where('job_id', 'not in', (db) =>
          db.selectFrom('jobs').select('id').where('status', '=', 'running'),
        )
        .execute()
    },
  }
}
