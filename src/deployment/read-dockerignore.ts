// A .dockerignore as Docker reads it: the last line that fits a path, or a folder above it, decides; `!` brings back.

/** @returns whether a path, relative and with slashes, is left out */
export function readDockerignore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const keeps = line.startsWith('!')
      const pattern = (keeps ? line.slice(1) : line).replace(/^\/+|\/+$/g, '')
      return { keeps, fits: toExpression(pattern) }
    })
  return (path) => {
    const parts = path.split('/')
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    const last = rules.findLast(({ fits }) => above.some((folder) => fits.test(folder)))
    return last !== undefined && !last.keeps
  }
}

/** `*` and `?` stay within a name, `**` is any number of folders. */
function toExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/?|[*?]|[\\^$.|+()[\]{}]/g, (found) => {
    if (found === '**/') return '(?:.*/)?'
    if (found === '**') return '.*'
    if (found === '*') return '[^/]*'
    if (found === '?') return '[^/]'
    return `\\${found}`
  })
  return new RegExp(`^${source}$`)
}
