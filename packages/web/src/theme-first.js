// Runs before anything is painted, unlike all else of the page: who chose light or dark never sees the other one flash by.
try {
  const theme = localStorage.getItem('infinitetalk.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // A forbidden storage leaves the system's choice.
}
