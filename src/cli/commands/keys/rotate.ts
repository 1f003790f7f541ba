// `infinitetalk keys rotate`: gives an API key a new secret.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTIONS, openKeys, WHERE } from './keys-options.ts'

export const command: CommandDefinition<typeof DATA_DIR_OPTIONS> = {
  description:
    'Gives an API key a new secret and prints it. The old secret, and all signed links that the hub has issued, stop working. ' +
    `The jobs and files of the key stay its own. ${WHERE}`,
  argument: 'NAME',
  options: DATA_DIR_OPTIONS,
  examples: ['infinitetalk keys rotate shop'],
  run: runRotate,
}

async function runRotate(invocation: Invocation<typeof DATA_DIR_OPTIONS>): Promise<void> {
  const { argument: name, terminal } = invocation
  await using keys = await openKeys(invocation)
  const secret = await keys.rotate(name)
  printJson(terminal, { event: 'result', name, key: secret })
  printLine(terminal, secret)
}
