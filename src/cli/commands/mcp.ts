// `infinitetalk mcp`: the tools of a hub for an agent on this machine, over standard input and output.
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { CommandDefinition, OptionDefinitions } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'

const OPTIONS = {
  ...HUB_OPTIONS,
  root: {
    value: 'FOLDER',
    list: true,
    help: 'Folders whose files the agent may send (default: the current one).',
  },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Serves the tools of a hub to an agent by the Model Context Protocol (MCP) on standard input and output. The agent may send ' +
    'files of the named folders to the hub. Agents on other machines use /mcp of the hub.',
  options: OPTIONS,
  examples: [
    'infinitetalk mcp',
    'infinitetalk mcp --url https://hub.example --root ~/Pictures --root ~/Voices',
  ],
  run: (invocation) =>
    withHub(invocation, async (client) => {
      const { options, services, signal, terminal } = invocation
      const { serveMcpOnStdio } = await import('../../mcp/serve-stdio.ts')
      const given = options.root.length === 0 ? ['.'] : options.root
      await serveMcpOnStdio({
        client,
        version: services.version,
        roots: given.map((root) => resolve(services.currentFolder, root)),
        stdin: terminal.stdin as Readable,
        stdout: terminal.stdout as unknown as Writable,
        signal,
        onTrouble: (error) => terminal.stderr.write(`${error.message}\n`),
      })
    }),
}
