// Text as wide as a terminal, so that words are not cut at its edge.

/** Words after a first column, wrapped, following lines indented below the first word. A longer word stays whole. */
export function hang(prefix: string, text: string, columns: number): string {
  const indent = ' '.repeat(prefix.length)
  const lines: string[] = []
  let line = prefix
  let empty = true
  for (const word of text.split(/\s+/)) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = indent
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line].join('\n')
}
