// `infinitetalk webhooks secret`: the secrets with which a receiver checks the events of this token.
import type { CommandDefinition } from '../../command.ts'
import { HUB_OPTIONS, withHub } from '../../connect-hub.ts'
import { printJson, printLine } from '../../terminal.ts'

export const command: CommandDefinition<typeof HUB_OPTIONS> = {
  description:
    'Prints the secrets with which a receiver checks the events of this token, one a line. While secrets rotate there are ' +
    'several, and an event carries a signature of each. A token that is no admin key has secrets of its own.',
  options: HUB_OPTIONS,
  examples: ['infinitetalk webhooks secret'],
  run: (invocation) =>
    withHub(invocation, async (client) => {
      const { terminal, signal } = invocation
      const secrets = await client.webhooks.secrets({ signal })
      printJson(terminal, { event: 'result', secrets })
      for (const secret of secrets) printLine(terminal, secret)
    }),
}
