// What a program far away printed, as lines that a terminal here can show: without its colours, its cursor and what it wrote over.
import { stripVTControlCharacters } from 'node:util'

export function printedLines(text: string): readonly string[] {
  return (
    stripVTControlCharacters(text)
      .split(/[\r\n]+/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
      .map((line) => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').trimEnd())
      .filter((line) => line !== '')
  )
}
