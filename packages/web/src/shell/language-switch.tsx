// Changes to the next language. The button is named in that language: who wants it can read it.
import { chooseLanguage, LANGUAGES, useLanguage } from '../language/language.ts'

const NAMES = { en: 'English', de: 'Deutsch' } as const

export function LanguageSwitch() {
  const language = useLanguage()
  const next = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length] ?? 'en'
  return (
    <button
      type="button"
      class="icon-button quiet language-switch"
      lang={next}
      title={NAMES[next]}
      aria-label={`${next.toUpperCase()} ${NAMES[next]}`}
      onClick={() => void chooseLanguage(next)}
    >
      {next.toUpperCase()}
    </button>
  )
}
