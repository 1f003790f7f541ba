// Quotes paths in commands that a person copies. Double quotes mean the same in the shells of Linux, macOS and Windows.

/** Unchanged, unless a shell would split or expand it. */
export function quotePath(path: string): string {
  return /^[\w./:+@-]+$/.test(path) ? path : `"${path}"`
}
