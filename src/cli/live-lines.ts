// Paints the lines at the bottom of a terminal that change in place: progress bars and the state of a task.
import { columnsOf, type TextStream } from './terminal.ts'

const FILLED = '█'
const EMPTY = '░'

export class LiveLines {
  readonly #stream: TextStream
  #painted = 0

  constructor(stream: TextStream) {
    this.#stream = stream
  }

  /** Replaces the lines, each cut to the width of the terminal. `above` is printed above them and stays. */
  paint(lines: readonly string[], above: string | null = null): void {
    const room = columnsOf(this.#stream) - 1
    const text = lines.map((line) => line.slice(0, room)).join('\n')
    this.#stream.write(`${this.#erase()}${above === null ? '' : `${above}\n`}${text}`)
    this.#painted = lines.length
  }

  /** Removes the lines, so that the next output begins on a clean line. */
  clear(): void {
    const text = this.#erase()
    if (text !== '') this.#stream.write(text)
  }

  #erase(): string {
    const up = this.#painted > 1 ? `\u001b[${this.#painted - 1}A` : ''
    const text = this.#painted > 0 ? `\r${up}\u001b[J` : ''
    this.#painted = 0
    return text
  }
}

/** `fraction` is 0..1; `width` in columns. */
export function drawBar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width)
  return `${FILLED.repeat(filled)}${EMPTY.repeat(width - filled)}`
}
