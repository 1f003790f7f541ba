// Makes values safe for a log. Base64 is cut to its beginning, and every member that is named like a secret is masked, at any
// depth.

const SHOWN_CHARS = 50
/** A shorter text may be a word. */
const LONG_TEXT_CHARS = 200
const BASE64 = /^(data:[^,]{0,200},)?[A-Za-z0-9+/_=\s-]+$/
const SECRET_NAME = /authorization|api_?key|token|secret|password|signature|cookie/i
const SECRET_IN_URL = /([?&](?:signature|token|key|x-amz-[a-z-]+|sig)=)[^&\s"]+/gi
const CREDENTIALS_IN_URL = /(\/\/)[^/@\s"]+@/g
const BEARER = /(Bearer\s+)[\x21-\x7e]+/gi

const MAX_DEPTH = 6
const MASK = '********'

/** Returns a copy that may be logged. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return redactError(value, depth)
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (depth >= MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) && item !== null ? MASK : redact(item, depth + 1),
    ]),
  )
}

export function redactText(text: string): string {
  if (text.length > LONG_TEXT_CHARS && BASE64.test(text.slice(0, LONG_TEXT_CHARS))) {
    return `${text.slice(0, SHOWN_CHARS)}… (${text.length} characters)`
  }
  return text
    .replaceAll(SECRET_IN_URL, `$1${MASK}`)
    .replaceAll(CREDENTIALS_IN_URL, `$1${MASK}@`)
    .replaceAll(BEARER, `$1${MASK}`)
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error
  return {
    type: name,
    message: redactText(message),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
    ...(cause === undefined || depth >= MAX_DEPTH ? {} : { cause: redact(cause, depth + 1) }),
  }
}
