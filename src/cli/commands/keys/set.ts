// `infinitetalk keys set`: changes what an API key may do.
import { AppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTIONS, openKeys, WHERE } from './keys-options.ts'
import { givenRules, RULE_OPTIONS, ruleFacts, sayRules } from './rule-options.ts'

const OPTIONS = { ...RULE_OPTIONS, ...DATA_DIR_OPTIONS } satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description: `Changes the rules of an API key; those that are not named stay. The weight holds for jobs that are submitted from then on. ${WHERE}`,
  argument: 'NAME',
  options: OPTIONS,
  examples: [
    'infinitetalk keys set shop --video-per-day 3600 --max-running 2',
    'infinitetalk keys set shop --requests-per-minute none',
  ],
  run: runSet,
}

async function runSet(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, argument: name, terminal } = invocation
  const changes = givenRules(options)
  if (Object.keys(changes).length === 0) {
    throw new AppError('usage', '"infinitetalk keys set" needs at least one rule, e.g. --weight 2.')
  }
  await using keys = await openKeys(invocation)
  const rules = await keys.set(name, changes)
  printJson(terminal, { event: 'result', name, ...ruleFacts(rules) })
  printLine(terminal, `${name}: ${sayRules(rules)}`)
}
