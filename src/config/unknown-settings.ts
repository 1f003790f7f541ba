// Finds settings that do not exist and suggests the most similar one. Otherwise a misspelt setting would be ignored silently, and the
// limit that its author believes in would not hold.
import { didYouMean } from '@infinitetalk/contract/plain'
import { isGroup, type Setting } from './settings.ts'

const PREFIX = 'INFINITETALK_'

/** Names with our prefix that are no settings: the path of the file, and switches of the test suite. */
const NOT_SETTINGS = /^INFINITETALK_(CONFIG$|TEST_)/

/** One sentence for each variable with our prefix that is no setting. Variables of other programs are ignored. */
export function unknownVariables(settings: readonly Setting[], names: readonly string[]): string[] {
  const known = settings
    .map(({ environment }) => environment)
    .filter((name) => name.startsWith(PREFIX))
  return names
    .filter((name) => name.startsWith(PREFIX) && !NOT_SETTINGS.test(name) && !known.includes(name))
    .map((name) => {
      // Compared without the prefix, which would make any two names look alike.
      const meant = didYouMean(withoutPrefix(name), known.map(withoutPrefix))
      return unknown(`variable ${name}`, meant === null ? null : `${PREFIX}${meant}`)
    })
}

/** One sentence for each key of the configuration file, at any depth, that is no setting. */
export function unknownFileKeys(
  settings: readonly Setting[],
  file: Readonly<Record<string, unknown>>,
): string[] {
  const known = settings.map(({ name }) => name)
  const groups = new Set(settings.flatMap(({ path }) => (path.length > 1 ? [path[0]!] : [])))
  return Object.entries(file).flatMap(([key, value]) => {
    const isOpened = groups.has(key)
    if (isOpened && !isGroup(value)) {
      return [`The key "${key}" of the configuration file must hold an object.`]
    }
    const given = isOpened ? Object.keys(value as object).map((name) => `${key}.${name}`) : [key]
    return given
      .filter((name) => !known.includes(name))
      .map((name) => unknown(`key "${name}" of the configuration file`, didYouMean(name, known)))
  })
}

function unknown(what: string, meant: string | null): string {
  return `The ${what} is no setting.${meant === null ? '' : ` Did you mean ${meant}?`}`
}

function withoutPrefix(name: string): string {
  return name.slice(PREFIX.length)
}
