// docs/reference/cli.md: every command with its options, from the definitions that the program itself parses.
import { type Command, optionsOf } from '../../src/cli/command.ts'
import { COMMANDS, loadCommand } from '../../src/cli/command-table.ts'
import { optionLabel, usageOf } from '../../src/cli/render-help.ts'
import { cell, pageHead } from './markdown.ts'

export async function cliPage(): Promise<string> {
  const intro = [
    'Results go to standard output; progress, warnings and errors go to standard error. With `--json` every line of',
    'standard output is one JSON object with an `event` member: `progress`, `warning`, `result`, `face`, `finding`,',
    '`setting`, `job`, `estimate`, `model` or `error`; `models pull` adds `planned`, `present`, `waiting`, `pulled` and `failed`,',
    '`beam` adds `request`, `begun`, `step` and `output`.',
    '',
    '| exit code | meaning |',
    '| --- | --- |',
    '| 0 | done |',
    '| 1 | failed |',
    '| 2 | bad input or usage |',
    '| 3 | the hub cannot be reached |',
    '| 130 | interrupted |',
  ].join('\n')
  const commands = await Promise.all(COMMANDS.map(loadCommand))
  return [pageHead('Command line', intro), ...commands.map(commandSection)].join('\n')
}

function commandSection(command: Command): string {
  const options = optionsOf(command).map(
    (option) => `| \`${optionLabel(option).trim()}\` | ${cell(option.help)} |`,
  )
  return [
    `## infinitetalk ${command.name}`,
    '',
    command.description,
    '',
    '```',
    usageOf(command),
    '```',
    '',
    '| option | meaning |',
    '| --- | --- |',
    ...options,
    '',
    '```sh',
    ...command.examples,
    '```',
    '',
  ].join('\n')
}
