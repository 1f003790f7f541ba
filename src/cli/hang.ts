// Wraps text to the width of a terminal, so that no word is cut at its edge.

/**
 * Wraps words after a first column; later lines are indented below the first word. Long words stay whole, and so does a command in
 * quotes: copied with a line break in it, it would be two commands.
 */
export function hang(prefix: string, text: string, columns: number): string {
  const indent = ' '.repeat(widthOf(prefix))
  const lines: string[] = []
  let line = prefix
  let width = widthOf(prefix)
  let empty = true
  for (const word of text.match(WORD) ?? ['']) {
    const wordWidth = widthOf(word)
    if (!empty && width + 1 + wordWidth > columns) {
      lines.push(line)
      line = indent
      width = indent.length
      empty = true
    }
    line += empty ? word : ` ${word}`
    width += empty ? wordWidth : 1 + wordWidth
    empty = false
  }
  return [...lines, line].join('\n')
}

/**
 * The same for text with line breaks.
 *
 * @param columns undefined when the output is no terminal, 0 when its width is not known: the text is not wrapped, so a search in a log finds whole sentences
 */
export function hangLines(prefix: string, text: string, columns: number | undefined): string {
  if (columns === undefined || columns === 0) return `${prefix}${text}`
  const indent = ' '.repeat(widthOf(prefix))
  return text
    .split('\n')
    .map((line, index) => {
      const start = index === 0 ? prefix : indent
      const fits = widthOf(start) + widthOf(line) <= columns
      return fits ? `${start}${line}` : hang(start, line, columns)
    })
    .join('\n')
}

/** In columns of the screen: an emoji such as ✅ is one character and two columns wide. */
function widthOf(text: string): number {
  let width = 0
  for (const sign of text) width += PICTURE.test(sign) ? 2 : 1
  return width
}

const WORD = /\(?"infinitetalk [^"]*"\S*|\S+/g
const PICTURE = /^\p{Emoji_Presentation}$/u
