// `infinitetalk keys create`: makes an API key whose jobs and files no other key sees.
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTIONS, openKeys, WHERE } from './keys-options.ts'
import { givenRules, RULE_OPTIONS } from './rule-options.ts'

const OPTIONS = {
  admin: { help: 'The key sees and changes the jobs and files of all keys.' },
  ...RULE_OPTIONS,
  ...DATA_DIR_OPTIONS,
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Makes an API key and prints its secret, of which the hub keeps only the hash. The key sees only its own jobs and files. ' +
    `The first key must be an admin key; from then on the hub rejects calls without a key. ${WHERE}`,
  argument: 'NAME',
  options: OPTIONS,
  examples: [
    'infinitetalk keys create me --admin',
    'infinitetalk keys create shop --max-running 2 --video-per-day 3600',
  ],
  run: runCreate,
}

async function runCreate(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, argument: name, terminal } = invocation
  const isAdmin = options.admin
  const rules = givenRules(options)
  await using keys = await openKeys(invocation)
  const secret = await keys.create({ name, isAdmin, rules })
  printJson(terminal, { event: 'result', name, admin: isAdmin, key: secret })
  printLine(terminal, secret)
}
