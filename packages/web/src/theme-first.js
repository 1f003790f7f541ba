// Runs before the first paint, unlike all other scripts of the page: the theme that was not chosen must not flash up.
try {
  const theme = localStorage.getItem('infinitetalk.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is forbidden: the system's setting holds.
}
