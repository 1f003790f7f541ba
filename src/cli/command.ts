// A command is data: its options, its help and what it runs. The parser, the help pages and docs/reference/cli.md
// all read these definitions, so that they cannot disagree.
import type { Services } from './services.ts'
import type { Terminal } from './terminal.ts'

export interface OptionDefinition {
  readonly name: string
  readonly short?: string
  /** The placeholder of the value in the help, e.g. `FILE`; a flag without value when absent. */
  readonly value?: string
  /** May be given more than once. */
  readonly repeats?: true
  readonly help: string
}

/** A command as the overview lists it, before its module is loaded. */
export interface CommandEntry {
  /** One word, or two: `models pull`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  load(): Promise<CommandDefinition>
}

export interface Command extends CommandDefinition, Omit<CommandEntry, 'load'> {}

export interface CommandDefinition {
  /** The purpose of the command, for a person who has never used it. */
  readonly description: string
  /** Names of the arguments that have no option, in order; all must be given. */
  readonly positionals: readonly string[]
  readonly options: readonly OptionDefinition[]
  readonly examples: readonly string[]
  run(invocation: Invocation): Promise<void>
}

export interface Invocation {
  readonly arguments: ParsedArguments
  readonly terminal: Terminal
  readonly services: Services
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal
}

export interface ParsedArguments {
  readonly positionals: readonly string[]
  /** The option's text, or undefined when it was not given. */
  text(name: string): string | undefined
  /** Each text of an option that repeats, in order. */
  texts(name: string): readonly string[]
  flag(name: string): boolean
}

/** Options that every command understands. */
export const COMMON_OPTIONS: readonly OptionDefinition[] = [
  { name: 'json', help: 'Print JSON for programs, one object a line.' },
  { name: 'quiet', short: 'q', help: 'Print nothing but errors.' },
  { name: 'help', short: 'h', help: 'Show this help.' },
]
