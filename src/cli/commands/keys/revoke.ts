// `infinitetalk keys revoke`: an API key that nobody may use any more.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTION, openKeys, WHERE } from './keys-options.ts'

export const revokeKeyCommand: CommandDefinition = {
  description:
    'Ends an API key for good. All signed links that the hub has given out stop working. The jobs and files of the key stay; ' +
    `admin keys see them. ${WHERE}`,
  positionals: ['NAME'],
  options: [DATA_DIR_OPTION],
  examples: ['infinitetalk keys revoke shop'],
  run: runRevoke,
}

async function runRevoke(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal } = invocation
  const [name = ''] = given.positionals
  await using keys = await openKeys(invocation)
  await keys.revoke(name)
  printJson(terminal, { event: 'result', name, revoked: true })
  printLine(terminal, `The key ${name} is revoked.`)
}
