// The command line to options, strictly: an unknown option or a missing value is a usage error that says what was meant.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { didYouMean } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'
import { COMMON_OPTIONS, type Command, type ParsedArguments } from './command.ts'

export function optionsOf(command: Command): typeof COMMON_OPTIONS {
  return [...command.options, ...COMMON_OPTIONS]
}

/** @throws AppError `usage` */
export function parseArguments(command: Command, raw: readonly string[]): ParsedArguments {
  const { values, positionals } = parseStrictly(command, raw)
  if (values.help !== true) checkPositionals(command, positionals)
  return {
    positionals,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    texts: (name) => {
      const given = values[name]
      return Array.isArray(given) ? given.filter((text) => typeof text === 'string') : []
    },
    flag: (name) => values[name] === true,
  }
}

function parseStrictly(command: Command, raw: readonly string[]) {
  const config: ParseArgsOptionsConfig = {}
  for (const option of optionsOf(command)) {
    const type = option.value === undefined ? 'boolean' : 'string'
    const multiple = option.repeats === true
    config[option.name] = {
      type,
      multiple,
      ...(option.short === undefined ? {} : { short: option.short }),
    }
  }
  refuseMistakes(command, raw, config)
  try {
    return parseArgs({ args: [...raw], options: config, allowPositionals: true, strict: true })
  } catch (error) {
    throw new AppError('usage', firstSentence(error), { cause: error })
  }
}

/** Node's own messages know no suggestion and take three sentences, so we look first. */
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

/** `-i -a voice.wav` has forgotten a value; `-i -dash.png` means one that only the long form can hold. */
function refuseDashedValue(name: string, value: string): void {
  if (!/^-./.test(value)) return
  throw new AppError(
    'usage',
    `--${name} is followed by "${value}", which looks like an option. A value that begins with a dash is written --${name}=${value}.`,
  )
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const wanted = command.positionals
  const missing = wanted[given.length]
  if (missing !== undefined) {
    throw new AppError('usage', `"infinitetalk ${command.name}" needs ${missing}.`)
  }
  if (given.length > wanted.length) {
    const tooMany = `"infinitetalk ${command.name}" takes no argument "${given[wanted.length]}".`
    throw new AppError('usage', `${tooMany}${mediaAdvice(command)}`)
  }
}

/** The inputs of a video have options, as the first clients knew them. */
function mediaAdvice({ options }: Command): string {
  const isMade = ['image', 'audio'].every((name) => options.some((option) => option.name === name))
  return isMade ? ' Inputs have options: -i for the picture, -v for a video, -a for the voice.' : ''
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const end = message.search(/\.(\s|$)/)
  return end < 0 ? message : message.slice(0, end + 1)
}
