// `infinitetalk keys rotate`: a new secret for an API key.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTION, openKeys, WHERE } from './keys-options.ts'

export const rotateKeyCommand: CommandDefinition = {
  description:
    'Gives an API key a new secret and prints it. The old secret, and all signed links that the hub has given out, stop working. ' +
    `The jobs and files of the key stay its own. ${WHERE}`,
  positionals: ['NAME'],
  options: [DATA_DIR_OPTION],
  examples: ['infinitetalk keys rotate shop'],
  run: runRotate,
}

async function runRotate(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal } = invocation
  const [name = ''] = given.positionals
  await using keys = await openKeys(invocation)
  const secret = await keys.rotate(name)
  printJson(terminal, { event: 'result', name, key: secret })
  printLine(terminal, secret)
}
