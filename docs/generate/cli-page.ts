// docs/reference/cli.md: every command with its options, from the definitions that the program itself parses.
import type { CommandDefinition } from '../../src/cli/command.ts'
import { optionsOf } from '../../src/cli/parse-arguments.ts'
import { optionLabel } from '../../src/cli/render-help.ts'
import { COMMANDS } from '../../src/cli/run-cli.ts'
import { cell, pageHead } from './markdown.ts'

export function cliPage(): string {
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
  return [pageHead('Command line', intro), ...COMMANDS.map(commandSection)].join('\n')
}

function commandSection(command: CommandDefinition): string {
  const usage = ['infinitetalk', command.name, ...command.positionals, '[options]'].join(' ')
  const options = optionsOf(command).map(
    (option) => `| \`${optionLabel(option).trim()}\` | ${cell(option.help)} |`,
  )
  return [
    `## infinitetalk ${command.name}`,
    '',
    command.description,
    '',
    '```',
    usage,
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
