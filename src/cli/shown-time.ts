// A moment of the API for a person: date and time (UTC) without a fraction.
export function shownTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ')
}
