// multipart/form-data as aiohttp reads it, file names verbatim: a percent escape stays, a backslash is eaten, `filename*` wins. The
// whole body is in memory; its size was limited before.

export interface FormPart {
  readonly name: string
  /** Null: a plain value. */
  readonly filename: string | null
  readonly content: Buffer
}

const LINE = '\r\n'

/** Null when the body is not a form. */
export function parseMultipart(contentType: string, body: Buffer): readonly FormPart[] | null {
  const [, quoted, bare] = contentType.match(/boundary=(?:"([^"]+)"|([^;\s]+))/) ?? []
  const boundary = quoted ?? bare
  if (!contentType.startsWith('multipart/form-data') || boundary === undefined) return null
  const delimiter = Buffer.from(`--${boundary}`)
  const parts: FormPart[] = []
  let start = body.indexOf(delimiter)
  while (start !== -1) {
    const from = start + delimiter.length + LINE.length
    const end = body.indexOf(Buffer.from(`${LINE}--${boundary}`), from)
    if (end === -1) break
    const part = parsePart(body.subarray(from, end))
    if (part !== null) parts.push(part)
    start = end + LINE.length
  }
  return parts
}

function parsePart(part: Buffer): FormPart | null {
  const split = part.indexOf(LINE + LINE)
  if (split === -1) return null
  const header = part.subarray(0, split).toString('utf8')
  const content = part.subarray(split + 2 * LINE.length)
  const disposition = header.split(LINE).find((line) => /^content-disposition:/i.test(line)) ?? ''
  const name = parameter(disposition, 'name')
  return name === null ? null : { name, filename: fileName(disposition), content }
}

function fileName(disposition: string): string | null {
  const [, extended] = disposition.match(/filename\*=(?:UTF-8|utf-8)''([^;\s]+)/) ?? []
  return extended === undefined ? parameter(disposition, 'filename') : decodeURIComponent(extended)
}

function parameter(disposition: string, name: string): string | null {
  const [, quoted, bare] =
    disposition.match(new RegExp(`[;\\s]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s"]+))`, 's')) ??
    []
  return quoted?.replaceAll(/\\(.)/gs, '$1') ?? bare ?? null
}
