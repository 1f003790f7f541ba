// Help pages for people who have never seen the program, wrapped to the width of their terminal.
import type { CommandDefinition, OptionDefinition } from './command.ts'
import { hang } from './hang.ts'
import { optionsOf } from './parse-arguments.ts'

/** @param group the first word that all of these commands have: `models` */
export function renderOverview(
  commands: readonly CommandDefinition[],
  version: string,
  columns: number,
  group: string | null = null,
): string {
  const widest = Math.max(...commands.map((command) => command.name.length))
  const rows = commands.map((command) =>
    hang(`  ${command.name.padEnd(widest + 3)}`, command.summary, columns),
  )
  return [
    `infinitetalk ${version}: a picture and a voice in, a talking video out.`,
    '',
    `Usage: infinitetalk ${group === null ? '' : `${group} `}COMMAND [options]`,
    '',
    'Commands:',
    ...rows,
    '',
    'Start here:',
    `  ${commands[0]?.examples[0]}`,
    '',
    hang(
      '',
      `"infinitetalk ${group === null ? '' : `${group} `}COMMAND --help" tells all about one command.`,
      columns,
    ),
    '',
  ].join('\n')
}

export function renderCommandHelp(command: CommandDefinition, columns: number): string {
  const options = optionsOf(command)
  const labels = options.map(optionLabel)
  const widest = Math.max(...labels.map((label) => label.length))
  const rows = options.map((option, index) =>
    hang(`  ${(labels[index] ?? '').padEnd(widest + 2)}`, option.help, columns),
  )
  const usage = ['infinitetalk', command.name, ...command.positionals, '[options]'].join(' ')
  return [
    `Usage: ${usage}`,
    '',
    hang('', command.description, columns),
    '',
    'Options:',
    ...rows,
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

export function optionLabel(option: OptionDefinition): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  const value = option.value === undefined ? '' : ` ${option.value}`
  return `${short}--${option.name}${value}`
}
