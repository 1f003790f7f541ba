// The texts of the page in its language. The English text is the key: it stays readable where it is used, and the compiler refuses one
// that the catalogue lacks, or a missing value.
import type { ComponentChildren } from 'preact'
import type { GERMAN } from './german.ts'

type Catalogue = typeof GERMAN
/** A text that depends on a count, under its English plural. */
export interface Counted {
  readonly one: string
  readonly other: string
}

type CountedText = {
  [Key in keyof Catalogue]: Catalogue[Key] extends string ? never : Key
}[keyof Catalogue]
type Text = Exclude<keyof Catalogue, CountedText>
/** A text without values, as lists of words hold it. */
export type Words = { [Key in Text]: Key extends `${string}{${string}` ? never : Key }[Text]

type NamesIn<Key extends string> = Key extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never
type Values<Key extends string, Value> = Readonly<Record<NamesIn<Key>, Value>>

let catalogue: Readonly<Record<string, string | Counted>> | null = null
let locale = 'en'

/** @param next null: English */
export function setCatalogue(next: Catalogue | null, ofLanguage: string): void {
  catalogue = next
  locale = ofLanguage
}

/** The locale of dates and numbers. */
export function currentLocale(): string {
  return locale
}

/** @param values for the names in braces */
export function say<Key extends Text>(
  text: Key,
  ...[values]: [NamesIn<Key>] extends [never] ? [] : [Values<Key, string | number>]
): string {
  const found = catalogue?.[text] ?? text
  return fill(typeof found === 'string' ? found : found.other, values ?? {})
}

/** As `say` for a count, which the texts call {n}. */
export function sayCount<Key extends CountedText>(
  count: number,
  one: string,
  other: Key,
  ...[values]: [Exclude<NamesIn<Key>, 'n'>] extends [never]
    ? []
    : [Readonly<Record<Exclude<NamesIn<Key>, 'n'>, string | number>>]
): string {
  const found = catalogue?.[other]
  const forms = found === undefined || typeof found === 'string' ? { one, other } : found
  const form = new Intl.PluralRules(locale).select(count) === 'one' ? forms.one : forms.other
  return fill(form, { ...values, n: sayNumber(count) })
}

/** As `say` for a text around links and the like. */
export function sayAround<Key extends Text>(
  text: Key,
  values: Values<Key, ComponentChildren>,
): ComponentChildren {
  const found = String(catalogue?.[text] ?? text)
  return found
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 0 ? part : values[part as NamesIn<Key>]))
}

/** With the decimal mark of the language. */
export function sayNumber(value: number, digits = 0): string {
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return value.toLocaleString(locale, { ...places, useGrouping: false })
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (name, key: string) => String(values[key] ?? name))
}
