// MCP over streamable HTTP: each request gets a server of its own, so there are no sessions to bound, to steal or to lose.
import { createClient } from '@infinitetalk/client'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createToolServer } from './create-tool-server.ts'

export interface McpExchange {
  readonly request: Request
  /** The parsed JSON of its body. */
  readonly body: unknown
  /** The hub, and the caller's headers for it: its key, and the name by which it calls the hub. */
  readonly hubUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly version: string
}

/** Longer than any wait of a tool. */
const TIMEOUT_MS = 60_000

export function answerMcp(exchange: McpExchange): Promise<Response> {
  const { request, body, hubUrl, headers, version } = exchange
  const client = createClient({
    baseUrl: hubUrl,
    timeoutMs: TIMEOUT_MS,
    // The agent decides about retries.
    maxRetries: 0,
    fetch: (input, init) => {
      const all = new Headers(init?.headers)
      for (const [name, value] of Object.entries(headers)) all.set(name, value)
      return fetch(input, { ...init, headers: all })
    },
  })
  const handler = createMcpHandler(() => createToolServer({ client, version, openFile: null }), {
    // Nothing here changes by itself, so nobody needs to listen.
    maxSubscriptions: 0,
  })
  return handler.fetch(request, { parsedBody: body })
}
