// Values that this tab keeps until it is closed, or this browser for all its tabs. If the browser forbids storage, they last until the
// page is left.

export function readInTab(name: string): string | null {
  return read(() => sessionStorage, name)
}

/** @param value null deletes it */
export function keepInTab(name: string, value: string | null): void {
  keep(() => sessionStorage, name, value)
}

export function readInBrowser(name: string): string | null {
  return read(() => localStorage, name)
}

/** @param value null deletes it */
export function keepInBrowser(name: string, value: string | null): void {
  keep(() => localStorage, name, value)
}

/** Even naming a forbidden storage throws. */
function read(storage: () => Storage, name: string): string | null {
  try {
    return storage().getItem(name)
  } catch {
    return null
  }
}

function keep(storage: () => Storage, name: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(name)
    else storage().setItem(name, value)
  } catch {
    // The storage is full or forbidden.
  }
}
