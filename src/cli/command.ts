// A command is data: its options, its help and its function. The parser, the help pages and docs/reference/cli.md all read these
// definitions, so they cannot disagree. The options that `run` receives have the types that the definitions say.
import type { Services } from './services.ts'
import type { Terminal } from './terminal.ts'

export interface OptionDefinition {
  readonly short?: string
  /** The placeholder of the value in the help, e.g. `FILE`; absent for a flag. */
  readonly value?: string
  /** How the value is read; as text without it. */
  readonly kind?: OptionKind<unknown>
  /** Takes values with commas, and may be given more than once. */
  readonly list?: true
  readonly help: string
}

export interface OptionKind<T> {
  /** Completes "--seed needs ...". */
  readonly needs: string
  /** undefined when the text is not of this kind. */
  read(text: string): T | undefined
}

/** By the name in the code: `comfyuiUrl` is `--comfyui-url`, `audio2` is `--audio-2`. */
export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>

/** The given options. undefined (a flag: false, a list: empty) for those that were not given. */
export type OptionsOf<D> = string extends keyof D
  ? Readonly<Record<string, unknown>>
  : { readonly [Name in keyof D]: ValueOf<D[Name]> }

type ValueOf<D> = D extends { readonly value: string }
  ? D extends { readonly list: true }
    ? readonly string[]
    : D extends { readonly kind: OptionKind<infer T> }
      ? T | undefined
      : string | undefined
  : boolean

/** A command as the overview lists it, before its module is loaded. */
export interface CommandEntry {
  /** One word, or two: `models pull`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  load(): Promise<{ readonly command: CommandDefinition }>
}

export interface Command extends CommandDefinition, Omit<CommandEntry, 'load'> {}

export interface CommandDefinition<D extends OptionDefinitions = OptionDefinitions> {
  /** The purpose of the command, for a person who has never used it. */
  readonly description: string
  /** Name of the one argument that has no option, e.g. `ID`; it must be given. */
  readonly argument?: string
  readonly options: D
  readonly examples: readonly string[]
  run(invocation: Invocation<D>): Promise<void>
}

export interface Invocation<D = Record<never, never>> {
  readonly options: OptionsOf<D>
  /** Empty for a command without argument. */
  readonly argument: string
  readonly terminal: Terminal
  readonly services: Services
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal
}

/** Options that every command understands. */
export const COMMON_OPTIONS = {
  json: { help: 'Print JSON for programs, one object a line.' },
  quiet: { short: 'q', help: 'Print nothing but errors.' },
  help: { short: 'h', help: 'Show this help.' },
} satisfies OptionDefinitions

export interface NamedOption extends OptionDefinition {
  /** Its name in the code. */
  readonly key: string
  /** Its name on the command line, without the dashes. */
  readonly name: string
}

/** In the order of the help. */
export function optionsOf({ options }: Pick<Command, 'options'>): readonly NamedOption[] {
  const all: OptionDefinitions = { ...options, ...COMMON_OPTIONS }
  return Object.entries(all).map(([key, option]) => ({ key, name: optionName(key), ...option }))
}

export function optionName(key: string): string {
  return key.replaceAll(/[A-Z]|\d+/g, (part) => `-${part.toLowerCase()}`)
}
