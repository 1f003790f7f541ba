// Parses a command line into options, strictly: an unknown option or a missing value is a usage error with a suggestion.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { didYouMean } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'
import { type Command, type Invocation, type NamedOption, optionsOf } from './command.ts'

export interface ParsedArguments
  extends Pick<Invocation<Command['options']>, 'options' | 'argument'> {
  readonly json: boolean
  readonly quiet: boolean
  /** With --help, the options and the argument are not read. */
  readonly help: boolean
}

/** @throws AppError `usage` */
export function parseArguments(command: Command, raw: readonly string[]): ParsedArguments {
  const { values, positionals } = parseStrictly(command, raw)
  const common = { json: values.json === true, quiet: values.quiet === true }
  if (values.help === true) return { ...common, help: true, options: {}, argument: '' }
  const argument = onlyArgument(command, positionals)
  const options = optionsOf(command).map((option) => [
    option.key,
    readValue(option, values[option.name]),
  ])
  return { ...common, help: false, options: Object.fromEntries(options), argument }
}

function parseStrictly(command: Command, raw: readonly string[]) {
  const config: ParseArgsOptionsConfig = {}
  for (const { name, value, short, list } of optionsOf(command)) {
    config[name] = {
      type: value === undefined ? 'boolean' : 'string',
      multiple: list === true,
      ...(short === undefined ? {} : { short }),
    }
  }
  refuseMistakes(command, raw, config)
  try {
    return parseArgs({ args: [...raw], options: config, allowPositionals: true, strict: true })
  } catch (error) {
    throw new AppError('usage', firstSentence(error), { cause: error })
  }
}

function readValue({ name, value, kind, list }: NamedOption, given: unknown): unknown {
  if (value === undefined) return given === true
  if (list === true) return Array.isArray(given) ? given.flatMap(separate) : []
  if (kind === undefined || typeof given !== 'string') return given
  const read = kind.read(given)
  if (read !== undefined) return read
  throw new AppError('usage', `--${name} needs ${kind.needs}, not "${given}".`)
}

function separate(texts: string): readonly string[] {
  return texts
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
}

/** Runs before Node's own check, whose messages are three sentences long and suggest nothing. */
function refuseMistakes(
  command: Command,
  raw: readonly string[],
  known: ParseArgsOptionsConfig,
): void {
  const { tokens } = parseArgs({
    args: [...raw],
    options: known,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    if (Object.hasOwn(known, token.name)) {
      refuseDashedValue(token.name, token.inlineValue === false ? token.value : '')
      continue
    }
    const suggestion = didYouMean(token.name, Object.keys(known))
    const meant = suggestion === null ? '' : ` Did you mean --${suggestion}?`
    throw new AppError(
      'usage',
      `"infinitetalk ${command.name}" has no option ${token.rawName}.${meant}`,
    )
  }
}

/** `-i -a voice.wav` lacks a value; `-i -dash.png` has a value that only the long form can hold. */
function refuseDashedValue(name: string, value: string): void {
  if (!/^-./.test(value)) return
  throw new AppError(
    'usage',
    `--${name} is followed by "${value}", which looks like an option. A value that begins with a dash is written --${name}=${value}.`,
  )
}

/** @throws AppError `usage` when it is missing, or not the only one */
function onlyArgument(command: Command, given: readonly string[]): string {
  const wanted = command.argument === undefined ? 0 : 1
  if (given.length < wanted) {
    throw new AppError('usage', `"infinitetalk ${command.name}" needs ${command.argument}.`)
  }
  if (given.length > wanted) {
    const tooMany = `"infinitetalk ${command.name}" takes no argument "${given[wanted]}".`
    throw new AppError('usage', `${tooMany}${mediaAdvice(command)}`)
  }
  return given[0] ?? ''
}

/** The inputs of a video are options, although the first clients took them without. */
function mediaAdvice({ options }: Command): string {
  return 'image' in options && 'audio' in options
    ? ' Inputs have options: -i for the picture, -v for a video, -a for the voice.'
    : ''
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const end = message.search(/\.(\s|$)/)
  return end < 0 ? message : message.slice(0, end + 1)
}
