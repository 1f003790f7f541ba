// Reads the few elements of S3's XML answers that are needed. The answers are flat lists of known elements, so no parser is needed.
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** The text of the first such element; null when there is none. */
export function textOf(xml: string, element: string): string | null {
  const [, text] = new RegExp(`<${element}(?:\\s[^>]*)?>([^<]*)</${element}>`).exec(xml) ?? []
  return text === undefined ? null : decode(text)
}

/** The content of each such element. */
export function elementsOf(xml: string, element: string): readonly string[] {
  const pattern = new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`, 'g')
  return [...xml.matchAll(pattern)].map(([, content = '']) => content)
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function decode(text: string): string {
  return text.replace(
    /&(#x?)?([0-9a-z]+);/gi,
    (whole, number: string | undefined, name: string) => {
      if (number === undefined) return ENTITIES[name] ?? whole
      return String.fromCodePoint(Number.parseInt(name, number === '#' ? 10 : 16))
    },
  )
}
