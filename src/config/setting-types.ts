// The kinds of values of settings. Each reads the text of an environment variable and the JSON value of a configuration file, and names
// what it accepts. It uses no schema library: every command reads the settings, and loading a library takes as long as a command.
import { isIP } from 'node:net'
import { ENGINE_NAME } from '@infinitetalk/contract/plain'
import { PRICE_PATTERN, parsePrice } from '../domain/price.ts'

/** `problem` continues a sentence that begins with the name of the setting: "must be text". */
export type ParsedValue<Value> = { readonly value: Value } | { readonly problem: string }

/** Reads a given value; undefined when none was given. */
export type SettingType<Value> = (given: unknown) => ParsedValue<Value>

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

/** Node's timers hold 31 bits: a longer one would fire at once instead of after 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

type Units = Readonly<Record<string, number>>

interface AmountRange {
  readonly min: number
  readonly max?: number
  readonly fraction?: boolean
}

const AMOUNT = /^([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)$/i

export function optional<Value>(type: SettingType<Value>): SettingType<Value | undefined> {
  return (given) => (given === undefined ? { value: undefined } : type(given))
}

export function withDefault<Value>(type: SettingType<Value>, value: Value): SettingType<Value> {
  return (given) => (given === undefined ? { value } : type(given))
}

function refine<Value>(
  type: SettingType<Value>,
  isRight: (value: Value) => boolean,
  problem: string,
): SettingType<Value> {
  return (given) => {
    const parsed = type(given)
    return 'problem' in parsed || isRight(parsed.value) ? parsed : { problem }
  }
}

function amount(
  wanted: string,
  units: Units,
  { min, max = Number.MAX_SAFE_INTEGER, fraction }: AmountRange,
): SettingType<number> {
  return (given) => {
    const value = typeof given === 'string' ? parseAmount(given, units) : given
    const isRight = typeof value === 'number' && value >= min && value <= max
    if (isRight && (fraction === true || Number.isInteger(value))) return { value }
    return { problem: `must be ${wanted}` }
  }
}

function parseAmount(text: string, units: Units): number | null {
  const [, digits, unit = ''] = AMOUNT.exec(text.trim()) ?? []
  const factor = unit === '' ? 1 : units[unit]
  return digits === undefined || factor === undefined ? null : Number(digits) * factor
}

export const text: SettingType<string> = (given) => {
  if (typeof given !== 'string') return { problem: 'must be text' }
  const value = given.trim()
  return value === '' ? { problem: 'must not be empty' } : { value }
}

const matching = (pattern: RegExp, problem: string) =>
  refine(text, (value) => pattern.test(value), problem)

export const webUrl = refine(
  text,
  (url) => /^https?:\/\//i.test(url) && URL.canParse(url),
  'must be a complete http or https URL',
)

/** Scheme, host and port of a page, as a browser sends them in the header Origin. */
export const origin = refine(
  text,
  (url) =>
    /^https?:/.test(url) && URL.canParse(url) && new URL(url).origin === url.replace(/\/$/, ''),
  'must be an origin such as https://example.com:8443',
)

export const network = refine(text, isNetwork, 'must be a network such as 192.168.1.0/24')

function isNetwork(given: string): boolean {
  const [, address = '', bits = ''] = /^([0-9a-f.:]+)\/(0|[1-9][0-9]{0,2})$/i.exec(given) ?? []
  const family = isIP(address)
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128)
}

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

export function oneOf<const Name extends string>(names: readonly Name[]): SettingType<Name> {
  return (given) => {
    const value = names.find((name) => name === given)
    return value === undefined ? { problem: `must be one of ${names.join(', ')}` } : { value }
  }
}

/** `name:key`, or `name:sha256:HEX`, so the configuration need not hold the key. */
export const apiKey = matching(
  /^[A-Za-z0-9_.-]{1,64}:(sha256:[0-9a-f]{64}|(?!sha256:)[\x21-\x7e]{16,256})$/,
  'must be name:key with a key of 16 to 256 characters, or name:sha256:HEX',
)

/** One HTTP header as it is sent. */
export const header = matching(
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}:[\t ]*[\x20-\x7e]{1,4000}$/,
  'must be a header such as Authorization: Bearer KEY',
)

/** A secret of Standard Webhooks: "between 24 bytes (192 bits) and 64 bytes (512 bits)". */
export const webhookSecret = refine(
  text,
  (secret) => {
    const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? []
    const bytes = base64 === undefined ? 0 : Buffer.from(base64, 'base64').length
    return bytes >= 24 && bytes <= 64
  },
  'must be whsec_ and the base64 of 24 to 64 random bytes; make one with: echo "whsec_$(openssl rand -base64 32)"',
)

/** The name of a volume or an endpoint of a cloud service. */
export const cloudName = matching(
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
  'must be a name of letters, digits and _ . -',
)

/** A deployed queue, with a version if wanted, or the id of a stub. */
export const cloudQueue = matching(
  /^(id\/[A-Za-z0-9-]{1,64}|[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(\/(latest|v[1-9]\d{0,5}))?)$/,
  'must be the name of a task queue, such as talk, talk/v3 or id/STUB',
)

export const bucket = matching(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  'must be the name of a bucket: 3 to 63 of a-z, 0-9, . and -',
)

/** Letters that no service encodes in a key. */
export const keyPrefix = matching(
  /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*\/$/,
  'must be a prefix of keys that ends with /, such as hub/',
)

/** ISO 4217. */
export const currency = matching(/^[A-Z]{3}$/, 'must be a currency such as USD')

/** A JSON array in the file, a comma-separated line in the environment. The first wrong item is named. */
export function listOf<Item>(item: SettingType<Item>): SettingType<readonly Item[]> {
  return (given) => {
    const items: unknown = typeof given === 'string' ? splitList(given) : given
    if (!Array.isArray(items)) return { problem: 'must be a list' }
    const value: Item[] = []
    for (const one of items) {
      const parsed = item(one)
      if ('problem' in parsed) return parsed
      value.push(parsed.value)
    }
    return { value }
  }
}

/** src/main/engines.ts checks that the engine exists. */
export const engineName = matching(ENGINE_NAME, 'must be the name of an engine, such as comfyui')

const price: SettingType<string> = (given) => {
  const line = typeof given === 'number' ? String(given) : given
  if (typeof line !== 'string') return { problem: 'must be a price' }
  if (PRICE_PATTERN.test(line)) return { value: line }
  return { problem: 'must be a price such as 0.69, or with the name of an engine: comfyui=0.69' }
}

const pricesOfEngines = refine(
  listOf(price),
  (lines) => new Set(lines.map((line) => parsePrice(line).engine)).size === lines.length,
  'must be one price for an engine',
)

/** Each is the price of one engine or of all: `comfyui=0.69,1.2`. The file may have a single number. */
export const prices: SettingType<readonly string[]> = (given) =>
  pricesOfEngines(typeof given === 'number' ? [given] : given)

function splitList(line: string): string[] {
  return line
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
