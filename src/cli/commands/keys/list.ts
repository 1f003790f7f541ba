// `infinitetalk keys list`: lists the API keys of the hub.
import type { ApiKey } from '../../../domain/api-key.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printHanging, printJson, printLine } from '../../terminal.ts'
import { DATA_DIR_OPTIONS, openKeys, WHERE } from './keys-options.ts'
import { ruleFacts, sayRules } from './rule-options.ts'

export const command: CommandDefinition<typeof DATA_DIR_OPTIONS> = {
  description: `Lists the API keys that the store of the hub keeps, and their rules. Those of INFINITETALK_API_KEYS are not listed; they are admin keys. ${WHERE}`,
  options: DATA_DIR_OPTIONS,
  examples: ['infinitetalk keys list', 'infinitetalk keys list --json'],
  run: runList,
}

async function runList(invocation: Invocation<typeof DATA_DIR_OPTIONS>): Promise<void> {
  const { terminal } = invocation
  await using tools = await openKeys(invocation)
  const keys = await tools.list()
  if (keys.length === 0) printLine(terminal, 'The store has no API keys.')
  const widest = Math.max(0, ...keys.map(({ name }) => name.length))
  for (const key of keys) {
    printJson(terminal, { event: 'key', ...keyFacts(key) })
    printHanging(terminal, key.name.padEnd(widest + 2), sayState(key))
  }
}

function keyFacts({ name, isAdmin, rules, createdAtMs, revokedAtMs }: ApiKey) {
  return {
    name,
    admin: isAdmin,
    ...ruleFacts(rules),
    created_at: new Date(createdAtMs).toISOString(),
    revoked_at: revokedAtMs === null ? null : new Date(revokedAtMs).toISOString(),
  }
}

function sayState({ isAdmin, rules, createdAtMs, revokedAtMs }: ApiKey): string {
  if (revokedAtMs !== null) return `revoked ${dayOf(revokedAtMs)}`
  return `${isAdmin ? 'admin, ' : ''}created ${dayOf(createdAtMs)}, ${sayRules(rules)}`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
