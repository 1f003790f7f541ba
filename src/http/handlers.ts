// A handler answers the exchange of one operation. The type requires a group of handlers to have one per operation.
import type { OperationId, QueryOf } from '@infinitetalk/contract'
import type { FastifyReply } from 'fastify'
import type { Exchange } from './exchange.ts'

export type Handlers<Ids extends OperationId = OperationId> = {
  readonly [Id in Ids]: (exchange: Exchange<QueryOf<Id>>) => Promise<FastifyReply>
}
