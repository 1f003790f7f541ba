// Names of what a process has only for a while: a hold, a work folder, a staging file. The name begins with its owner, so that
// others can tell what belongs to nobody any more.

/** @param owner without a dot, as UUIDs are */
export function ownedName(owner: string, token: string): string {
  return `${owner}.${token}`
}

export function ownerOf(name: string): string {
  return name.split('.', 1)[0] ?? ''
}
