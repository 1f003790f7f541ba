// The kinds of values a setting can have. Each takes the text of an environment variable and the native value of a
// configuration file alike, and says in plain words what it wants.
import { ENGINE_NAME } from '@infinitetalk/contract'
import { z } from 'zod'
import { PRICE_PATTERN, parsePrice } from '../domain/price.ts'

const BYTE_UNITS = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}
const MS_UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }
const SECOND_UNITS = { ms: 0.001, s: 1, min: 60, h: 3600 }
const NO_UNITS = {}

/** Node's timers hold 31 bits; more would fire at once instead of in 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

type Units = Readonly<Record<string, number>>

interface AmountRange {
  readonly min: number
  readonly max?: number
  readonly fraction?: boolean
}

const AMOUNT = /^([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)$/i

function amount(
  wanted: string,
  units: Units,
  { min, max = Number.MAX_SAFE_INTEGER, fraction }: AmountRange,
) {
  return z
    .union([z.number(), z.string()], { error: `must be ${wanted}` })
    .transform((given, context) => {
      const value = typeof given === 'number' ? given : parseAmount(given, units)
      const isRight = value !== null && value >= min && value <= max
      if (isRight && (fraction === true || Number.isInteger(value))) return value
      context.addIssue(`must be ${wanted}`)
      return z.NEVER
    })
}

function parseAmount(text: string, units: Units): number | null {
  const [, digits, unit = ''] = AMOUNT.exec(text.trim()) ?? []
  const factor = unit === '' ? 1 : units[unit]
  return digits === undefined || factor === undefined ? null : Number(digits) * factor
}

export const text = z.string({ error: 'must be text' }).trim().min(1, 'must not be empty')

export const webUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a complete http or https URL',
})

/** Scheme, host and port of a page, as a browser sends them in the header Origin. */
export const origin = text.refine(
  (url) =>
    /^https?:/.test(url) && URL.canParse(url) && new URL(url).origin === url.replace(/\/$/, ''),
  'must be an origin such as https://example.com:8443',
)

export const count = (min: number) => amount(`a whole number from ${min}`, NO_UNITS, { min })

export const port = amount('a port number from 1 to 65535', NO_UNITS, { min: 1, max: 65_535 })

/** 0 lets the system choose a free one. */
export const listeningPort = amount('a port number from 0 to 65535', NO_UNITS, {
  min: 0,
  max: 65_535,
})

export const bytes = amount('a size such as 20MB, 4GiB or a number of bytes', BYTE_UNITS, {
  min: 1,
})

export const bytesOrNone = amount(
  '0, or a size such as 20GB, 4GiB or a number of bytes',
  BYTE_UNITS,
  {
    min: 0,
  },
)

export const milliseconds = amount(
  'a time such as 500ms, 120s, 10min or a number of milliseconds',
  MS_UNITS,
  { min: 1, max: LONGEST_TIMER_MS },
)

export const seconds = amount('a time such as 0.2s, 10min or a number of seconds', SECOND_UNITS, {
  min: 0,
  fraction: true,
})

export const oneOf = <const Name extends string>(names: readonly Name[]) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` })

/** `name:key`, or the key's hash, so that the configuration need not hold it: `name:sha256:HEX`. */
export const apiKey = text.regex(
  /^[A-Za-z0-9_.-]{1,64}:(sha256:[0-9a-f]{64}|(?!sha256:)[\x21-\x7e]{16,256})$/,
  'must be name:key with a key of 16 to 256 characters, or name:sha256:HEX',
)

/** One HTTP header as it is sent. */
export const header = text.regex(
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}:[\t ]*[\x20-\x7e]{1,4000}$/,
  'must be a header such as Authorization: Bearer KEY',
)

/** What a service on the internet calls a volume or an endpoint. */
export const cloudName = text.regex(
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
  'must be a name of letters, digits and _ . -',
)

/** A deployed queue, perhaps of one version, or a stub by its id. */
export const cloudQueue = text.regex(
  /^(id\/[A-Za-z0-9-]{1,64}|[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(\/(latest|v[1-9]\d{0,5}))?)$/,
  'must be the name of a task queue, such as talk, talk/v3 or id/STUB',
)

/** ISO 4217. */
export const currency = text.regex(/^[A-Z]{3}$/, 'must be a currency such as USD')

/** A JSON array in the file, a comma-separated line in the environment. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (given) => (typeof given === 'string' ? splitList(given) : given),
    z.array(item, { error: 'must be a list' }),
  )

/** Whether there is such an engine is checked where the engines are opened. */
export const engineName = text.regex(ENGINE_NAME, 'must be the name of an engine, such as comfyui')

const price = z
  .union([z.number(), z.string()], { error: 'must be a price' })
  .transform(String)
  .refine(
    (line) => PRICE_PATTERN.test(line),
    'must be a price such as 0.69, or with the name of an engine: comfyui=0.69',
  )

/** Each of one engine or of all: `comfyui=0.69,1.2`; one number alone where the file has one. */
export const prices = z.preprocess(
  (given) => (typeof given === 'number' ? [given] : given),
  listOf(price).refine((lines) => {
    const named = lines.map((line) => parsePrice(line).engine)
    return new Set(named).size === named.length
  }, 'must be one price for an engine'),
)

function splitList(line: string): string[] {
  return line
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
