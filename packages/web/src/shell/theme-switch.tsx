// One button that steps through the three themes: the system's, light, dark.
import { useState } from 'preact/hooks'
import { MoonIcon, SunIcon, SystemThemeIcon } from '../ui/icons.tsx'
import { chooseTheme, readTheme, THEMES } from './theme.ts'

const ICONS = { system: SystemThemeIcon, light: SunIcon, dark: MoonIcon } as const
const WORDS = { system: 'system', light: 'light', dark: 'dark' } as const

export function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme)
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
  const Icon = ICONS[theme]
  return (
    <button
      type="button"
      class="icon-button quiet theme-switch"
      title={`Theme: ${WORDS[theme]}`}
      aria-label={`Theme: ${WORDS[theme]}. Change to: ${WORDS[next]}`}
      onClick={() => {
        chooseTheme(next)
        setTheme(next)
      }}
    >
      <Icon />
    </button>
  )
}
