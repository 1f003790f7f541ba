// The language of the page: the browser's, or the choice made here. English is in the code; another language is loaded when it is
// wanted.
import { keepInBrowser, readInBrowser } from '../hub/page-storage.ts'
import { SharedValue, useShared } from '../ui/shared-value.ts'
import { setCatalogue } from './say.ts'

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

const NAME = 'infinitetalk.language'
const current = new SharedValue<Language>('en')

/** The one that was chosen here, else the first of the browser's that the page has. */
export function preferredLanguage(chosen: string | null, ofBrowser: readonly string[]): Language {
  const wanted = [...(chosen === null ? [] : [chosen]), ...ofBrowser]
  const known = wanted.map((tag) =>
    LANGUAGES.find((one) => one === tag.split('-')[0]?.toLowerCase()),
  )
  return known.find((one) => one !== undefined) ?? 'en'
}

/** The browser's own variant of a language, for dates and numbers: a British reader writes no American dates. */
export function localeOf(language: Language, ofBrowser: readonly string[]): string {
  return ofBrowser.find((tag) => tag.split('-')[0]?.toLowerCase() === language) ?? language
}

/** Called before the first paint. */
export async function startLanguage(): Promise<void> {
  await show(preferredLanguage(readInBrowser(NAME), navigator.languages))
}

export async function chooseLanguage(language: Language): Promise<void> {
  keepInBrowser(NAME, language)
  await show(language)
}

/** Draws the component again when the language changes. */
export function useLanguage(): Language {
  return useShared(current)
}

/** The page stays in its language when the hub does not answer. */
async function show(language: Language): Promise<void> {
  try {
    const catalogue = language === 'de' ? (await import('./german.ts')).GERMAN : null
    setCatalogue(catalogue, localeOf(language, navigator.languages))
  } catch {
    return
  }
  document.documentElement.lang = language
  current.set(language)
}
