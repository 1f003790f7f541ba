// Sends due events: each delivery is claimed durably before its attempt, so that hubs on one store do not send it twice at a time, and
// comes back by itself when its hub dies. A slow receiver holds two of the connections at most.

import { type AttemptResult, afterAttempt, type Delivery } from '../../domain/delivery.ts'
import { AppError } from '../../domain/errors.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { LinkKey } from '../link-key.ts'
import { signedHeaders } from './sign-webhook.ts'

const PARALLEL = 16
const PARALLEL_PER_HOST = 2
/** Standard Webhooks recommends 15 s to 30 s. */
const ATTEMPT_TIMEOUT_MS = 15_000
/** Longer than an attempt with its writes; then the hub that claimed the delivery counts as dead. */
const CLAIM_MS = 60_000
/** Time for attempts to finish when the hub stops; an aborted one is repeated later. */
const STOP_MS = 2000

type Ports = Pick<
  HubPorts,
  'unitOfWork' | 'deliveries' | 'webhooks' | 'clock' | 'observer' | 'owner'
>

export class WebhookDispatcher {
  readonly #ports: Ports
  readonly #linkKey: Pick<LinkKey, 'current'>
  readonly #underWay = new Map<Promise<void>, string>()
  readonly #stopping = new AbortController()

  constructor(ports: Ports, linkKey: Pick<LinkKey, 'current'>) {
    this.#ports = ports
    this.#linkKey = linkKey
  }

  /** Starts the attempts that are due, as far as there is room. @throws AppError when the store cannot be used */
  async turn(): Promise<void> {
    const { unitOfWork, deliveries, clock, owner } = this.#ports
    if (this.#ports.webhooks.secrets.length === 0) return
    while (this.#underWay.size < PARALLEL) {
      const nowMs = clock.epochMs()
      const query = { nowMs, exceptHosts: this.#busyHosts(), limit: 1 }
      const [due] = await unitOfWork.read((tx) => deliveries.due(tx, query))
      if (due === undefined) return
      const claimed = await unitOfWork.write((tx) =>
        deliveries.claim(tx, due, owner, nowMs + CLAIM_MS),
      )
      if (claimed) this.#start(due)
    }
  }

  /** Call it once no turn runs. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#stopping.abort(STOPPED), STOP_MS)
    await Promise.all(this.#underWay.keys())
    clearTimeout(timer)
  }

  #busyHosts(): readonly string[] {
    const counts = new Map<string, number>()
    for (const host of this.#underWay.values()) counts.set(host, (counts.get(host) ?? 0) + 1)
    return [...counts].flatMap(([host, count]) => (count >= PARALLEL_PER_HOST ? [host] : []))
  }

  #start(delivery: Delivery): void {
    const attempt = this.#attempt(delivery).catch((error: unknown) => {
      this.#ports.observer.observe({ type: 'hub.trouble', where: 'webhooks', error })
    })
    this.#underWay.set(attempt, new URL(delivery.url).host)
    void attempt.finally(() => this.#underWay.delete(attempt))
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { unitOfWork, deliveries, clock, observer } = this.#ports
    const result = await this.#send(delivery)
    const { ownerKey, url } = delivery
    const after =
      result === null
        ? { ...delivery, nextAtMs: clock.epochMs() }
        : afterAttempt(delivery, result, Math.random())
    await unitOfWork.write(async (tx) => {
      await deliveries.update(tx, after)
      if (after.status === 'disabled') await deliveries.disable(tx, ownerKey, url)
      if (after.status === 'delivered') await deliveries.enable(tx, ownerKey, url)
    })
    if (result === null) return
    observer.observe({
      type: 'webhook.attempted',
      deliveryId: delivery.id,
      jobId: delivery.jobId,
      status: after.status,
      httpStatus: result.status,
      error: result.error,
    })
  }

  /** @returns null for an attempt that the end of the hub cut off */
  async #send(delivery: Delivery): Promise<AttemptResult | null> {
    const { webhooks, clock } = this.#ports
    const atMs = clock.epochMs()
    const startMs = clock.monotonicMs()
    const answered = (
      answer: Pick<AttemptResult, 'status' | 'error' | 'retryAfterMs'>,
    ): AttemptResult => ({ ...answer, atMs, tookMs: Math.round(clock.monotonicMs() - startMs) })
    const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)
    const body = webhooks.signLinks(delivery, this.#linkKey.current(), atMs)
    try {
      const { status, retryAfterMs } = await webhooks.post({
        url: delivery.url,
        headers: signedHeaders({ ...delivery, body }, webhooks.secrets, atMs),
        body,
        signal: AbortSignal.any([timeout, this.#stopping.signal]),
      })
      return answered({ status, error: null, retryAfterMs })
    } catch (error) {
      if (this.#stopping.signal.aborted) return null
      return answered({ status: null, error: reasonOf(error, timeout), retryAfterMs: null })
    }
  }
}

const STOPPED = new AppError('stopping', 'The hub is stopping.')

function reasonOf(error: unknown, timeout: AbortSignal): string {
  if (timeout.aborted) return `url_timeout: no answer within ${ATTEMPT_TIMEOUT_MS / 1000} s`
  return error instanceof AppError ? `${error.code}: ${error.detail}` : String(error).slice(0, 200)
}
