// What serves an operation: takes the exchange, answers it. A group of handlers has one for each of its operations, by type.
import type { OperationId, QueryOf } from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { Exchange } from './exchange.ts'

export type Handlers<Ids extends OperationId = OperationId> = {
  readonly [Id in Ids]: (exchange: Exchange<QueryOf<Id>>) => Promise<FastifyReply>
}
