// Measured speeds in the table `speeds`.
import type { Selectable } from 'kysely'
import type { LearntSpeed, SpeedStore } from '../../app/ports/speed-store.ts'
import type { RenderTimes } from '../../domain/forecast.ts'
import { executorOf } from '../database/executor.ts'
import type { SpeedsTable } from '../database/schema.ts'

export function createSpeedStore(): SpeedStore {
  return {
    async ofEngine(tx, engine) {
      const rows = await executorOf(tx)
        .selectFrom('speeds')
        .selectAll()
        .where('engine', '=', engine)
        .execute()
      return rows.map((row) => ({
        key: { engine, width: row.width, height: row.height },
        speed: fromRow(row),
      }))
    },
    async put(tx, key, speed) {
      const measured = {
        seconds_per_unit: speed.secondsPerUnit,
        setup_seconds: speed.setupSeconds,
        samples: speed.samples,
        recent: JSON.stringify(speed.recent),
      }
      await executorOf(tx)
        .insertInto('speeds')
        .values({ engine: key.engine, width: key.width, height: key.height, ...measured })
        .onConflict((conflict) =>
          conflict.columns(['engine', 'width', 'height']).doUpdateSet(measured),
        )
        .execute()
    },
  }
}

function fromRow(row: Selectable<SpeedsTable>): LearntSpeed {
  return {
    secondsPerUnit: row.seconds_per_unit,
    setupSeconds: row.setup_seconds,
    samples: row.samples,
    recent: row.recent === null ? [] : (JSON.parse(row.recent) as RenderTimes[]),
  }
}
