// One button that steps through the three themes: the system's, light, dark.

import { useState } from 'preact/hooks'
import { say, type Words } from '../language/say.ts'
import { MoonIcon, SunIcon, SystemThemeIcon } from '../ui/icons.tsx'
import { chooseTheme, readTheme, THEMES } from './theme.ts'

const ICONS = { system: SystemThemeIcon, light: SunIcon, dark: MoonIcon } as const
const WORDS = { system: 'system', light: 'light', dark: 'dark' } as const satisfies Record<
  string,
  Words
>

export function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme)
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
  const Icon = ICONS[theme]
  return (
    <button
      type="button"
      class="icon-button quiet theme-switch"
      title={say('Theme: {theme}', { theme: say(WORDS[theme]) })}
      aria-label={say('Theme: {theme}. Change to: {next}', {
        theme: say(WORDS[theme]),
        next: say(WORDS[next]),
      })}
      onClick={() => {
        chooseTheme(next)
        setTheme(next)
      }}
    >
      <Icon />
    </button>
  )
}
