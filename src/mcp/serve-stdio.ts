// MCP on standard input and output, for an agent on this machine: its files are sent to the hub.
import type { Readable, Writable } from 'node:stream'
import type { InfiniteTalkClient } from '@infinitetalk/client'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import { createToolServer } from './create-tool-server.ts'
import { localFiles } from './local-files.ts'

export interface StdioOptions {
  readonly client: InfiniteTalkClient
  readonly version: string
  /** Folders whose files the agent may send. */
  readonly roots: readonly string[]
  readonly stdin: Readable
  readonly stdout: Writable
  readonly signal: AbortSignal
  onTrouble(error: Error): void
}

/** Returns when the agent closes its end, or when `signal` aborts. */
export async function serveMcpOnStdio(options: StdioOptions): Promise<void> {
  const { client, version, roots, stdin, stdout, signal, onTrouble } = options
  const openFile = localFiles(roots)
  const handle = serveStdio(() => createToolServer({ client, version, openFile }), {
    transport: new StdioServerTransport(stdin, stdout),
    onerror: onTrouble,
  })
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  stdin.once('end', resolve)
  stdin.once('close', resolve)
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (signal.aborted) resolve()
  await ended
  await handle.close()
}
