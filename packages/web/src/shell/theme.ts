// Light or dark: the system's setting or the choice made here. theme-first.js reads the same key before the first paint.
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const NAME = 'infinitetalk.theme'

export function readTheme(): Theme {
  const { theme } = document.documentElement.dataset
  return THEMES.find((each) => each === theme) ?? 'system'
}

export function chooseTheme(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(NAME)
    else localStorage.setItem(NAME, theme)
  } catch {
    // Storage is forbidden: the choice holds until the page is left.
  }
}
