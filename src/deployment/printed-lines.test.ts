import { expect, it } from 'vitest'
import { printedLines } from './printed-lines.ts'

it('shows of what was printed the words alone, line by line', () => {
  const text =
    '\u001b[32mStep 1\u001b[0m\r\n  10%\r  20%\r\n\u001b]0;title\u0007\b\u0000\n\tdone \u001b[2K\n'
  expect(printedLines(text)).toEqual(['Step 1', '  10%', '  20%', '\tdone'])
})
