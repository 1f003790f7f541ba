// MCP for agents at /mcp, and llms.txt. The tools call the hub's own API over the address that this call came in by, with the caller's
// key: so every rule of the API holds for agents too.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { type Exchange, headerOf, readJson } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { addressInUrl } from './own-hosts.ts'

const FORWARDED = ['authorization', 'host'] as const
/** Headers of the answer that belong to the connection. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'transfer-encoding'])

export function createMcpHandlers(version: string): Handlers<'mcp' | 'llms'> {
  return {
    async mcp(exchange) {
      const body = await readJson(exchange, exchange.hub.status.limits().bodyMaxBytes)
      // Loaded by the first agent: no other caller needs it.
      const { answerMcp } = await import('../mcp/answer-http.ts')
      const { request, gone } = exchange
      const { socket } = request.raw
      const address = addressInUrl(socket.localAddress ?? '127.0.0.1', socket.localPort ?? 0)
      const answered = await answerMcp({
        request: new Request(`http://${address}/mcp`, {
          method: 'POST',
          headers: webHeaders(exchange),
          body: JSON.stringify(body ?? null),
          signal: gone,
        }),
        body,
        hubUrl: `http://${address}`,
        headers: Object.fromEntries(
          FORWARDED.flatMap((name) => {
            const value = headerOf(exchange, name)
            return value === undefined ? [] : [[name, value]]
          }),
        ),
        version,
      })
      return sendWeb(exchange, answered)
    },

    llms: async ({ reply, baseUrl }) =>
      reply
        .type('text/markdown; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(llmsText(baseUrl)),
  }
}

function webHeaders({ request }: Exchange): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && !OWN_HEADERS.has(name) && name !== 'host') {
      headers.set(name, value)
    }
  }
  return headers
}

function sendWeb({ reply }: Exchange, answered: Response): FastifyReply {
  reply.code(answered.status).header('cache-control', 'no-store')
  for (const [name, value] of answered.headers) {
    if (!OWN_HEADERS.has(name)) reply.header(name, value)
  }
  const { body } = answered
  return body === null ? reply.send() : reply.send(Readable.fromWeb(body as never))
}

/** https://llmstxt.org */
function llmsText(baseUrl: string): string {
  return `# infinitetalk hub

> Makes a talking video from a portrait (or a video) and a voice, or a text that is spoken. Jobs are durable; results are links.

An agent needs an API key of the hub (\`Authorization: Bearer KEY\`), if the hub has keys.

## For agents

- [MCP server](${baseUrl}/mcp): streamable HTTP; tools create_lipsync_video, estimate_video, get_job, wait_for_job, list_jobs, cancel_job, list_faces

## For programs

- [OpenAPI 3.1](${baseUrl}/openapi.json): all routes, requests and answers
- [Reference](${baseUrl}/docs): the same as a page

## In short

1. \`POST ${baseUrl}/v1/jobs\` with \`{"image": {"url": "https://..."}, "audio": {"url": "https://..."}}\` or \`"audio": {"text": "Hello."}\`
2. \`GET ${baseUrl}/v1/jobs/{id}?wait=25\` until \`status\` is succeeded, failed or canceled
3. \`output.video.url\` is the video
`
}
