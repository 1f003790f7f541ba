// A moment as the API shows it (RFC 3339); null for one that has not come.
export function isoTime(epochMs: number): string
export function isoTime(epochMs: number | null): string | null
export function isoTime(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString()
}
