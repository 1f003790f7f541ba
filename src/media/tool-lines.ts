// Reads a program's output line by line while it runs, so that a long list is never in memory as text.

export class ToolLines {
  readonly #takeLine: (line: string) => void
  #rest = ''

  constructor(takeLine: (line: string) => void) {
    this.#takeLine = takeLine
  }

  readonly push = (chunk: Buffer): void => {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#takeLine(line)
  }

  /** The program has ended: its last line may lack an end. */
  end(): void {
    if (this.#rest !== '') this.#takeLine(this.#rest)
    this.#rest = ''
  }
}
