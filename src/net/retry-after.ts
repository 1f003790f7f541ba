// Retry-After (RFC 9110, 10.2.3): a number of seconds, or a date. A date counts from the Date of the answer itself, so a wrong
// clock here does not matter.
import type { IncomingHttpHeaders } from 'node:http'

/** @returns milliseconds; null when the header is absent or invalid */
export function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const text = headers['retry-after']?.trim()
  if (text === undefined) return null
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const wait = Date.parse(text) - Date.parse(headers.date ?? '')
  return Number.isFinite(wait) ? Math.max(0, wait) : null
}
