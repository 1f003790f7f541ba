// The id of a prompt. This program makes it before it sends the prompt. A service that makes ids itself adds its own behind it, once
// it has answered: both together are what the job's row keeps.
const BETWEEN = '@'

export function joinIds(own: string, theirs: string): string {
  return `${own}${BETWEEN}${theirs}`
}

/** The id that this program made. */
export function ownIdOf(id: string): string {
  return id.split(BETWEEN, 1)[0]!
}

/** The id that the service made; null while its answer has not come. */
export function theirIdOf(id: string): string | null {
  const place = id.indexOf(BETWEEN)
  return place < 0 ? null : id.slice(place + 1)
}
