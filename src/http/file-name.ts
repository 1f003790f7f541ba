// The name of a downloaded file, from a text that a person wrote (RFC 6266).

const MAX_CHARS = 80

/** @param otherwise the name where nothing of the text can be in a name */
export function toFilename(text: string, otherwise: string): string {
  const name = text
    .normalize('NFC')
    .replaceAll(/[\p{C}\\/:*?"<>|]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[. ]+/g, '')
  const cut = [...name]
    .slice(0, MAX_CHARS)
    .join('')
    .replaceAll(/[. ]+$/g, '')
  return cut === '' ? otherwise : cut
}

/** Old programs read `filename`, all others `filename*`. */
export function disposition(kind: 'attachment' | 'inline', filename: string): string {
  const plain = filename.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  if (plain === filename) return `${kind}; filename="${filename}"`
  const encoded = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
