// The HTTP server: serves all operations of the contract behind one guard, with one format of errors, one log line per request
// and limits on the cost of a connection. It owns its sockets.
import { type ApiOperation, apiOperations, type OperationId, pathsOf } from '@infinitetalk/contract'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError } from '../domain/errors.ts'
import { AnswersUnderWay } from './answers-under-way.ts'
import { type ApiKeys, createApiKeys, hashesOfKeys } from './api-keys.ts'
import { BATCH_HANDLERS } from './batch-handlers.ts'
import { createMemoryBudget } from './body/memory-budget.ts'
import { refuseBrokenConnection } from './broken-connection.ts'
import { CAPTION_HANDLERS } from './caption-handlers.ts'
import { BEAM_HANDLERS } from './compat/beam.ts'
import { BEAM_DEPLOYMENT_HANDLERS } from './compat/beam-deployments.ts'
import { BEAM_TASK_HANDLERS } from './compat/beam-tasks.ts'
import { RUNPOD_HANDLERS } from './compat/runpod.ts'
import { SIMPLE_HANDLERS } from './compat/simple.ts'
import { DELIVERY_HANDLERS } from './delivery-handlers.ts'
import { ENGINE_HANDLERS } from './engine-handlers.ts'
import { EVENT_HANDLERS } from './event-handlers.ts'
import { type Exchange, type HttpScope, openExchange } from './exchange.ts'
import { FILE_HANDLERS } from './file-handlers.ts'
import { checkListeningAddress, guardRequest } from './guard-request.ts'
import type { Handlers } from './handlers.ts'
import type { HttpOptions, HttpServer } from './http-options.ts'
import { createHubHandlers } from './hub-handlers.ts'
import { JOB_HANDLERS } from './job-handlers.ts'
import { createMcpHandlers } from './mcp-handlers.ts'
import { MODEL_HANDLERS } from './model-handlers.ts'
import { createPageHandlers } from './page-handlers.ts'
import { createProblemReply } from './problem-reply.ts'
import { setRateLimitFields } from './rate-limit-fields.ts'
import { RecentIds } from './recent-ids.ts'
import { reportAnswer } from './report-answer.ts'
import { createUploadHandlers } from './resumable-uploads.ts'
import { createSeats } from './seats.ts'
import { createLinkSigner } from './signed-url.ts'
import { STREAM_HANDLERS } from './stream-handlers.ts'
import { VIDEO_HANDLERS } from './video-handlers.ts'

/** Node's default; more than proxies accept. */
const HEADER_MAX_BYTES = 16 * 1024
/** Maximum time of a request: 1 GB over a very slow line. Its minimum speed is checked separately. */
const REQUEST_TIMEOUT_MS = 2 * 3_600_000
/** Longer than the usual 60 s of proxies, so that they close connections first and never write into a closing one. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000
/** Time for the answer `stopping` to reach its caller. */
const LAST_WORD_MS = 500
/** Extra time beyond the announced one, so that a caller that uses a connection at the last moment finds it open. */
const KEEP_ALIVE_BUFFER_MS = 10_000
/** Client ids are repeated in logs and headers, so their characters are restricted. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

const STOPPING = new AppError('stopping', 'The hub is stopping before the request is complete.')

export function createHttpServer(options: HttpOptions): HttpServer {
  const { hub, host, apiKeys } = options
  const keys = createApiKeys({ entries: apiKeys, stored: hub.keys, host })
  const closing = new AbortController()
  const ending = new AbortController()
  const underWay = new AnswersUnderWay()
  const app = createApp(options)
  const scope = createScope(options, keys, { closing: closing.signal, ending: ending.signal })
  guardAndReport(app, options, keys, scope)
  addRoutes(app, options, scope, underWay)
  return {
    async listen() {
      checkListeningAddress(host, apiKeys.length > 0 || !hub.keys.isEmpty)
      return listen(app, options)
    },
    async close(graceMs) {
      closing.abort()
      const end = setTimeout(() => ending.abort(STOPPING), graceMs)
      const force = setTimeout(() => app.server.closeAllConnections(), graceMs + LAST_WORD_MS)
      await app.close()
      await underWay.settled()
      clearTimeout(end)
      clearTimeout(force)
    },
  }
}

function createApp({ hub, newRequestId, observer }: HttpOptions): FastifyInstance {
  const { headerTimeoutMs } = hub.status.limits()
  const replyWithProblem = createProblemReply(observer)
  const app = Fastify({
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: {
      maxHeaderSize: HEADER_MAX_BYTES,
      headersTimeout: headerTimeoutMs,
      keepAliveTimeoutBuffer: KEEP_ALIVE_BUFFER_MS,
      // Interval at which Node checks for late headers.
      connectionsCheckingInterval: Math.min(1000, headerTimeoutMs / 4),
    },
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : newRequestId()
    },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseBrokenConnection,
    // For paths that the router cannot parse, no hook runs.
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id)
      replyWithProblem(error, request, reply as FastifyReply)
    },
    routerOptions: { maxParamLength: 200 },
  })
  app.decorateRequest('caller', null)
  app.decorateRequest('allowances', null)
  app.decorateRequest('jobId', null)
  app.decorateRequest('fileId', null)
  app.decorateReply('problemCode', null)
  app.setErrorHandler(replyWithProblem)
  // Handlers read bodies themselves, with their own rules.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  return app
}

type Ends = Pick<HttpScope, 'closing' | 'ending'>

function createScope(options: HttpOptions, keys: ApiKeys, ends: Ends): HttpScope {
  const { hub, clock, host, apiKeys, publicUrl, volumeDir } = options
  const { bodyMemoryMaxBytes, signedUrlLifeMs, streamMaxClients, waitMaxClients } =
    hub.status.limits()
  const signer = createLinkSigner({
    secret: () => hub.links.secret(),
    keyHashes: hashesOfKeys(apiKeys),
    lifeMs: signedUrlLifeMs,
  })
  return {
    hub,
    clock,
    host,
    publicUrl,
    volumeDir,
    ...ends,
    budget: createMemoryBudget(bodyMemoryMaxBytes),
    streams: createSeats(
      streamMaxClients,
      'streams of events',
      'INFINITETALK_LIMIT_STREAM_MAX_CLIENTS',
    ),
    waits: createSeats(waitMaxClients, 'requests that wait', 'INFINITETALK_LIMIT_WAIT_MAX_CLIENTS'),
    streamed: new RecentIds(),
    // The first key may come while the server runs.
    get signer() {
      return keys.none ? null : signer
    },
  }
}

function guardAndReport(
  app: FastifyInstance,
  { hub, observer, clock, publicUrl, allowedOrigins }: HttpOptions,
  keys: ApiKeys,
  scope: HttpScope,
): void {
  // First, so that rejected requests are reported too.
  app.addHook('onRequest', reportAnswer({ observer, clock }))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    const nowMs = (): number => clock.epochMs()
    await guardRequest(request, { keys, signer: scope.signer, publicUrl, allowedOrigins, nowMs })
    if (request.caller === null) return
    const { allowances, refusal } = await hub.keys.admit(request.caller)
    request.allowances = allowances
    setRateLimitFields(reply, allowances)
    if (refusal !== null) throw refusal
  })
}

function addRoutes(
  app: FastifyInstance,
  options: HttpOptions,
  scope: HttpScope,
  underWay: AnswersUnderWay,
): void {
  const operations = apiOperations(options.hub.status.limits())
  const handlers: Handlers = {
    ...JOB_HANDLERS,
    ...BATCH_HANDLERS,
    ...EVENT_HANDLERS,
    ...VIDEO_HANDLERS,
    ...STREAM_HANDLERS,
    ...CAPTION_HANDLERS,
    ...FILE_HANDLERS,
    ...DELIVERY_HANDLERS,
    ...SIMPLE_HANDLERS,
    ...BEAM_HANDLERS,
    ...BEAM_TASK_HANDLERS,
    ...BEAM_DEPLOYMENT_HANDLERS,
    ...RUNPOD_HANDLERS,
    ...createHubHandlers(options),
    ...MODEL_HANDLERS,
    ...createMcpHandlers(options.version),
    ...createUploadHandlers(options),
    ...ENGINE_HANDLERS,
    ...createPageHandlers(options.mediaOrigin),
  }
  for (const operationId of Object.keys(operations) as OperationId[]) {
    const operation: ApiOperation = operations[operationId]
    // The query is parsed with the schema of this operation.
    const handle = handlers[operationId] as (exchange: Exchange) => Promise<FastifyReply>
    for (const path of pathsOf(operation)) {
      app.route({
        method: operation.method,
        url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        config: { operation, operationId },
        handler: (request, reply) =>
          underWay.track(handle(openExchange(request, reply, operation, scope))),
      })
    }
  }
  const methodsAt = createMethodsAt(Object.values<ApiOperation>(operations))
  app.setNotFoundHandler((request, reply) => {
    throw notFound(request, reply, methodsAt(request.url))
  })
}

function createMethodsAt(operations: readonly ApiOperation[]): (url: string) => readonly string[] {
  const patterns = operations.flatMap((operation) =>
    pathsOf(operation).map((path) => ({
      method: operation.method,
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    })),
  )
  return (url) => {
    const path = url.split('?', 1)[0]!
    return patterns.flatMap(({ method, pattern }) => (pattern.test(path) ? [method] : []))
  }
}

function notFound(
  { method }: FastifyRequest,
  reply: FastifyReply,
  methods: readonly string[],
): AppError {
  if (methods.length === 0) return new AppError('route_not_found', 'There is nothing at this path.')
  reply.header('allow', methods.join(', '))
  return new AppError('method_not_allowed', `${method} is not one of ${methods.join(', ')}.`)
}

async function listen(app: FastifyInstance, { host, port }: HttpOptions): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new AppError(
        'config_invalid',
        `Port ${port} of ${host} is already in use: choose another one with --port or INFINITETALK_PORT.`,
        { cause },
      )
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new AppError(
        'config_invalid',
        `The server cannot listen on ${host}:${port} (${code}): change INFINITETALK_HOST or INFINITETALK_PORT.`,
        {
          cause,
        },
      )
    }
    throw cause
  }
}
