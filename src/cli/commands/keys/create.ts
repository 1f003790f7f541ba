// `infinitetalk keys create`: an API key whose jobs and files no other key sees.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTION, openKeys, WHERE } from './keys-options.ts'

export const createKeyCommand: CommandDefinition = {
  description:
    'Makes an API key and prints its secret, which the hub does not keep: only its hash. The key sees its own jobs and files ' +
    `only. The first key must be an admin key; from then on the hub rejects calls without a key. ${WHERE}`,
  positionals: ['NAME'],
  options: [
    { name: 'admin', help: 'The key sees and changes the jobs and files of all keys.' },
    DATA_DIR_OPTION,
  ],
  examples: ['infinitetalk keys create me --admin', 'infinitetalk keys create shop'],
  run: runCreate,
}

async function runCreate(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal } = invocation
  const [name = ''] = given.positionals
  const isAdmin = given.flag('admin')
  await using keys = await openKeys(invocation)
  const secret = await keys.create({ name, isAdmin })
  printJson(terminal, { event: 'result', name, admin: isAdmin, key: secret })
  printLine(terminal, secret)
}
