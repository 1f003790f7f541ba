// The reports of workers in the table `workers`.
import type { Selectable } from 'kysely'
import type { WorkerStore } from '../../app/ports/worker-store.ts'
import type { WorkerEngine, WorkerStatus } from '../../domain/worker-status.ts'
import { executorOf } from '../database/executor.ts'
import type { WorkersTable } from '../database/schema.ts'

export function createWorkerStore(isShared: boolean): WorkerStore {
  return {
    isShared,
    async report(tx, owner, { name, version, engines, gpus, running, maxRunning, startedAtMs }) {
      const row = {
        name,
        version,
        engines: JSON.stringify(engines),
        gpus: JSON.stringify(gpus),
        running,
        max_running: maxRunning,
        started_at: startedAtMs,
      }
      const { draining } = await executorOf(tx)
        .insertInto('workers')
        .values({ id: owner, draining: 0, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .returning('draining')
        .executeTakeFirstOrThrow()
      return draining === 1
    },
    async living(tx) {
      const rows = await executorOf(tx)
        .selectFrom('workers')
        .innerJoin('owners', 'owners.id', 'workers.id')
        .selectAll('workers')
        .orderBy('name')
        .execute()
      return rows.map(fromRow)
    },
    async drain(tx, host) {
      const db = executorOf(tx)
      const all = await this.living(tx)
      const names = all
        .map(({ name }) => name)
        .filter((name) => host === null || name === host || name.startsWith(`${host}:`))
      if (names.length === 0) return []
      await db.updateTable('workers').set({ draining: 1 }).where('name', 'in', names).execute()
      return names
    },
    async sweep(tx) {
      await executorOf(tx)
        .deleteFrom('workers')
        .where('id', 'not in', (db) => db.selectFrom('owners').select('id'))
        .execute()
    },
  }
}

function fromRow(row: Selectable<WorkersTable>): WorkerStatus {
  return {
    name: row.name,
    version: row.version,
    engines: JSON.parse(row.engines) as readonly WorkerEngine[],
    gpus: JSON.parse(row.gpus) as readonly string[],
    running: row.running,
    maxRunning: row.max_running,
    startedAtMs: row.started_at,
    draining: row.draining === 1,
  }
}
