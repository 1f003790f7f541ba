// Names the temporary things of a process: a hold, a work folder, a staging file. A name begins with its owner, so others recognise
// what a dead owner left.

/** @param owner without a dot, as UUIDs are */
export function ownedName(owner: string, token: string): string {
  return `${owner}.${token}`
}

/** Names of the previous version's reservations have no owner. */
export function hasOwner(name: string): boolean {
  return name.includes('.')
}

export function ownerOf(name: string): string {
  return name.split('.', 1)[0] ?? ''
}
