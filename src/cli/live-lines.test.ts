import { describe, expect, it } from 'vitest'
import { drawBar, LiveLines } from './live-lines.ts'

function createScreen(columns: number) {
  const written: string[] = []
  return { columns, written, write: (text: string) => written.push(text) }
}

describe('live lines', () => {
  it('replace the lines painted before, and keep a line above them', () => {
    const screen = createScreen(80)
    const lines = new LiveLines(screen)
    lines.paint(['one', 'two', 'three'])
    lines.paint(['four'], 'stays')
    lines.clear()
    lines.clear()
    expect(screen.written).toEqual([
      'one\ntwo\nthree',
      '\r\u001b[2A\u001b[Jstays\nfour',
      '\r\u001b[J',
    ])
  })

  it('never reach the last column, where a terminal would break the line', () => {
    const screen = createScreen(10)
    new LiveLines(screen).paint(['0123456789'])
    expect(screen.written).toEqual(['012345678'])
  })
})

it('a bar is as wide as asked, whatever the fraction', () => {
  expect([-1, 0, 0.5, 1, 2].map((fraction) => drawBar(fraction, 4))).toEqual([
    '░░░░',
    '░░░░',
    '██░░',
    '████',
    '████',
  ])
})
