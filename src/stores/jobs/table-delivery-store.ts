// Deliveries of webhooks in the table `deliveries`, on SQLite and PostgreSQL alike.
import type { Selectable } from 'kysely'
import type { DeliveryStore } from '../../app/ports/delivery-store.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { DeliveryId, JobId } from '../../domain/ids.ts'
import { executorOf } from '../database/executor.ts'
import type { DeliveriesTable } from '../database/schema.ts'

export function createDeliveryStore(): DeliveryStore {
  return {
    async insert(tx, delivery) {
      await executorOf(tx).insertInto('deliveries').values(toRow(delivery)).execute()
    },
    async get(tx, id) {
      const row = await executorOf(tx)
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async list(tx, { ownerKey, jobId, status, before, limit }) {
      let query = executorOf(tx)
        .selectFrom('deliveries')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit)
      if (ownerKey !== null) query = query.where('owner_key', '=', ownerKey)
      if (jobId !== null) query = query.where('job_id', '=', jobId)
      if (status !== null) query = query.where('status', '=', status)
      if (before !== null) query = query.where('id', '<', before)
      return (await query.execute()).map(fromRow)
    },
    async forgetSettled(tx, jobId) {
      await executorOf(tx)
        .deleteFrom('deliveries')
        .where('job_id', '=', jobId)
        .where('status', 'in', ['delivered', 'failed'])
        .execute()
    },
    async sweep(tx, createdBeforeMs) {
      await executorOf(tx)
        .deleteFrom('deliveries')
        .where('created_at', '<', createdBeforeMs)
        .execute()
    },
    ...attempts,
    ...receivers,
  }
}

type Attempts = Pick<DeliveryStore, 'due' | 'claim' | 'update' | 'releaseClaims'>

const attempts: Attempts = {
  async due(tx, { nowMs, exceptHosts, limit }) {
    let query = executorOf(tx)
      .selectFrom('deliveries')
      .selectAll()
      .where('status', '=', 'pending')
      .where('next_at', '<=', nowMs)
      .orderBy('next_at')
      .limit(limit)
    if (exceptHosts.length > 0) query = query.where('host', 'not in', exceptHosts)
    return (await query.execute()).map(fromRow)
  },
  async claim(tx, { id, nextAtMs }, owner, untilMs) {
    const { numUpdatedRows } = await executorOf(tx)
      .updateTable('deliveries')
      .set({ next_at: untilMs, claimed_by: owner })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .where('next_at', '=', nextAtMs)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },
  async update(tx, delivery) {
    const { id, body: _, ...row } = toRow(delivery)
    await executorOf(tx).updateTable('deliveries').set(row).where('id', '=', id).execute()
  },
  /** One statement: a process that registered and claimed after an earlier read of the owners would count as dead. */
  async releaseClaims(tx, nowMs) {
    await executorOf(tx)
      .updateTable('deliveries')
      .set({ next_at: nowMs, claimed_by: null })
      .where('status', '=', 'pending')
      .where('claimed_by', 'is not', null)
      .where('claimed_by', 'not in', (db) => db.selectFrom('owners').select('id'))
      .execute()
  },
}

type Receivers = Pick<DeliveryStore, 'pending' | 'disable' | 'isDisabled' | 'enable'>

const receivers: Receivers = {
  async pending(tx, ownerKey) {
    const { count } = await executorOf(tx)
      .selectFrom('deliveries')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('owner_key', '=', ownerKey)
      .where('status', '=', 'pending')
      .executeTakeFirstOrThrow()
    // PostgreSQL returns counts as text.
    return Number(count)
  },
  async disable(tx, ownerKey, url) {
    await executorOf(tx)
      .updateTable('deliveries')
      .set({ status: 'disabled', next_at: null, claimed_by: null })
      .where('owner_key', '=', ownerKey)
      .where('url', '=', url)
      .where('status', '=', 'pending')
      .execute()
  },
  async isDisabled(tx, ownerKey, url) {
    const row = await executorOf(tx)
      .selectFrom('deliveries')
      .select('id')
      .where('owner_key', '=', ownerKey)
      .where('url', '=', url)
      .where('status', '=', 'disabled')
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  },
  async enable(tx, ownerKey, url) {
    await executorOf(tx)
      .updateTable('deliveries')
      .set({ status: 'failed' })
      .where('owner_key', '=', ownerKey)
      .where('url', '=', url)
      .where('status', '=', 'disabled')
      .execute()
  },
}

function toRow(delivery: Delivery): DeliveriesTable {
  return {
    id: delivery.id,
    job_id: delivery.jobId,
    owner_key: delivery.ownerKey,
    event: delivery.event,
    form: delivery.form,
    url: delivery.url,
    host: new URL(delivery.url).host,
    signer: delivery.signer,
    body: delivery.body,
    status: delivery.status,
    created_at: delivery.createdAtMs,
    next_at: delivery.nextAtMs,
    claimed_by: null,
    failures: delivery.failures,
    attempts: JSON.stringify(delivery.attempts),
  }
}

function fromRow(row: Selectable<DeliveriesTable>): Delivery {
  return {
    id: row.id as DeliveryId,
    jobId: row.job_id as JobId,
    ownerKey: row.owner_key,
    event: row.event,
    form: row.form,
    url: row.url,
    signer: row.signer,
    body: row.body,
    status: row.status,
    createdAtMs: row.created_at,
    nextAtMs: row.next_at,
    failures: row.failures,
    attempts: JSON.parse(row.attempts),
  }
}
