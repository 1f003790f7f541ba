// Help pages for people who have never seen the program, wrapped to the width of their terminal.
import { type Command, type CommandEntry, type NamedOption, optionsOf } from './command.ts'
import { hang } from './hang.ts'

export interface Overview {
  readonly commands: readonly CommandEntry[]
  readonly version: string
  readonly example: string
  readonly columns: number
  /** The first word that all of these commands have: `models`; null for the whole program. */
  readonly group: string | null
}

export function renderOverview({ commands, version, example, columns, group }: Overview): string {
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
    `  ${example}`,
    '',
    hang(
      '',
      `"infinitetalk ${group === null ? '' : `${group} `}COMMAND --help" explains one command.`,
      columns,
    ),
    '',
  ].join('\n')
}

export function renderCommandHelp(command: Command, columns: number): string {
  const options = optionsOf(command)
  const labels = options.map(optionLabel)
  const widest = Math.max(...labels.map((label) => label.length))
  const rows = options.map((option, index) =>
    hang(`  ${(labels[index] ?? '').padEnd(widest + 2)}`, option.help, columns),
  )
  return [
    `Usage: ${usageOf(command)}`,
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

export function usageOf({ name, argument }: Command): string {
  return `infinitetalk ${name} ${argument === undefined ? '' : `${argument} `}[options]`
}

export function optionLabel(option: NamedOption): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  const value = option.value === undefined ? '' : ` ${option.value}`
  return `${short}--${option.name}${value}`
}
