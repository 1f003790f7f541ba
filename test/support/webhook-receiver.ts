// A receiver of webhooks: it keeps what it got and answers as the test says.
import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { startHttpServer } from './hit-counter.ts'

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const SECOND_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

export interface ReceivedEvent {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** How an attempt is answered: a status with headers, or never. */
export type ReceiverAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'silence'

export interface WebhookReceiver {
  readonly url: string
  readonly port: number
  readonly received: readonly ReceivedEvent[]
  /** Ids of the events that were answered with 204. */
  readonly accepted: ReadonlySet<string>
  answer: (event: ReceivedEvent) => ReceiverAnswer
  /** Resolves once so many attempts have come in all. */
  attempts(count: number): Promise<void>
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedEvent[] = []
  const accepted = new Set<string>()
  const waiting = new Set<{ readonly count: number; resolve(): void }>()
  const server = await startHttpServer(async (request, response) => {
    const body = await text(request)
    const { headers } = request
    const event = { id: String(headers['webhook-id']), headers, body }
    received.push(event)
    const answer = receiver.answer(event)
    if (answer !== 'silence') {
      if (answer.status === 204) accepted.add(event.id)
      response.writeHead(answer.status, answer.headers).end()
    }
    for (const one of waiting) if (received.length >= one.count) one.resolve()
  }, '127.0.0.1')
  onTestFinished(() => server.close())
  const receiver: WebhookReceiver = {
    url: server.url('/hook'),
    port: server.port,
    received,
    accepted,
    answer: () => ({ status: 204 }),
    async attempts(count) {
      if (received.length >= count) return
      await new Promise<void>((resolve) => waiting.add({ count, resolve }))
    },
  }
  return receiver
}

/** The settings with which a hub may call it. */
export function receiverSettings({ port }: WebhookReceiver): Readonly<Record<string, string>> {
  return {
    INFINITETALK_WEBHOOK_SECRETS: SECRET,
    INFINITETALK_FETCH_ALLOW_CIDRS: '127.0.0.1/32',
    INFINITETALK_FETCH_EXTRA_PORTS: String(port),
  }
}
