// Keeps the end of ffmpeg's standard error for an error's detail: bounded, and without the folders of this machine, because the
// sender of the file reads that detail.
import { nameOf } from './input-file.ts'

const MAX_CHARS = 4096

export class StderrTail {
  readonly #paths: readonly string[]
  #text = ''

  /** @param paths files given to the program: their names, which may hold any text, are removed exactly */
  constructor(paths: readonly string[]) {
    this.#paths = paths
  }

  push(chunk: Buffer): void {
    this.#text = (this.#text + chunk.toString('utf8')).slice(-MAX_CHARS)
  }

  /** The last output, with paths shortened to base names and without control characters. */
  get text(): string {
    const named = this.#paths.reduce(
      (text, path) => text.replaceAll(`file:${path}`, nameOf(path)).replaceAll(path, nameOf(path)),
      this.#text,
    )
    return withoutFolders(named).replaceAll(CONTROL_CHARACTERS, '').trim()
  }

  /** The last line that is not empty, without a closing full stop; empty when there was no output. */
  get lastLine(): string {
    const lines = this.text.split('\n').filter((line) => line.trim() !== '')
    return (lines.at(-1) ?? '').trim().replace(/\.$/, '')
  }
}

const CONTROL_CHARACTERS = /[^\P{Cc}\n]/gu

/** `file:/var/tmp/job/voice.wav: Invalid data` becomes `voice.wav: Invalid data`. */
function withoutFolders(text: string): string {
  return text.replaceAll(
    /(?<![^\s'"(=])(?:file:)?(?:[A-Za-z]:)?(?:[\\/][^\\/\s:'"]+)*[\\/](?=[^\\/\s:'"])/g,
    '',
  )
}
