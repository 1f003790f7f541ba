// The operations for agents: MCP, and the file that describes it.
import { noQuerySchema } from '../http-queries.ts'
import { BYTES, bytesContent, operation } from './operation.ts'

export const AGENT_OPERATIONS = {
  mcp: operation({
    method: 'POST',
    path: '/mcp',
    tag: 'hub',
    summary: 'Call a tool by the Model Context Protocol (MCP)',
    description:
      'Streamable HTTP without sessions. The tools create, estimate, read, wait for, list and cancel jobs and list faces, with the ' +
      'rights of the key: a tool that only reads needs `read`, the others `write`.',
    query: noQuerySchema,
    body: { required: true, content: { 'application/json': { schema: BYTES } } },
    responses: {
      200: {
        description: 'The answer in JSON-RPC.',
        content: { 'application/json': { schema: BYTES }, 'text/event-stream': { schema: BYTES } },
      },
      202: { description: 'A notification was taken.' },
    },
  }),
  llms: operation({
    method: 'GET',
    path: '/llms.txt',
    tag: 'hub',
    summary: 'Read what an agent needs to know about the hub',
    description: 'The tools, the addresses and the rules in plain text.',
    open: true,
    query: noQuerySchema,
    responses: { 200: { description: 'Markdown.', content: bytesContent('text/markdown') } },
  }),
}
