// `infinitetalk webhooks redeliver`: sends an event again.
import type { CommandDefinition } from '../../command.ts'
import { HUB_OPTIONS, withHub } from '../../connect-hub.ts'
import { printHanging, printJson } from '../../terminal.ts'

export const command: CommandDefinition<typeof HUB_OPTIONS> = {
  description:
    'Sends an event again, with the id it had: at once, then by the usual schedule. A receiver that answered 410 gets events ' +
    'again once it accepts this one.',
  argument: 'ID',
  options: HUB_OPTIONS,
  examples: ['infinitetalk webhooks redeliver msg_01932b1c-9b5f-7d42-8e3a-40717a1b8d22'],
  run: (invocation) =>
    withHub(invocation, async (client) => {
      const { argument, terminal, signal } = invocation
      const delivery = await client.webhooks.redeliver(argument, { signal })
      printJson(terminal, { event: 'delivery', delivery })
      printHanging(terminal, '✅ ', `${delivery.id} is being sent to ${delivery.url}`)
    }),
}
