// Paths in commands that a person is shown to copy. Double quotes mean the same in the shells of Linux, macOS and Windows.

/** As it is, unless a shell would part it or read something into it. */
export function quotePath(path: string): string {
  return /^[\w./:+@-]+$/.test(path) ? path : `"${path}"`
}
