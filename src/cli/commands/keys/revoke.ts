// `infinitetalk keys revoke`: revokes an API key.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTIONS, openKeys, WHERE } from './keys-options.ts'

export const command: CommandDefinition<typeof DATA_DIR_OPTIONS> = {
  description:
    'Revokes an API key. All signed links that the hub has issued stop working. The jobs and files of the key stay; ' +
    `admin keys see them. ${WHERE}`,
  argument: 'NAME',
  options: DATA_DIR_OPTIONS,
  examples: ['infinitetalk keys revoke shop'],
  run: runRevoke,
}

async function runRevoke(invocation: Invocation<typeof DATA_DIR_OPTIONS>): Promise<void> {
  const { argument: name, terminal } = invocation
  await using keys = await openKeys(invocation)
  await keys.revoke(name)
  printJson(terminal, { event: 'result', name, revoked: true })
  printLine(terminal, `The key ${name} is revoked.`)
}
