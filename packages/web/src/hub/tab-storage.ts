// Values that this tab keeps until it is closed. If the browser forbids storage, they last until the page is left.

export function readInTab(name: string): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return null
  }
}

/** @param value null deletes it */
export function keepInTab(name: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(name)
    else sessionStorage.setItem(name, value)
  } catch {
    // The storage is full or forbidden.
  }
}
