// What this tab remembers until it is closed. A browser may forbid it: then it is remembered until the page is left.

export function readInTab(name: string): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return null
  }
}

/** @param value null: forgotten */
export function keepInTab(name: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(name)
    else sessionStorage.setItem(name, value)
  } catch {
    // A full or forbidden storage.
  }
}
