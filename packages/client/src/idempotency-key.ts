// A key that no other call will ever draw: 128 random bits.

export function newIdempotencyKey(): string {
  // Not randomUUID(): browsers have it on secure origins only, and a hub at home may be plain http.
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
