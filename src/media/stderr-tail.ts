// The end of what ffmpeg said on standard error, for the sentence of an error: bounded, and without the folders of this
// machine, because that sentence goes to whoever sent the file.
import { nameOf } from './input-file.ts'

const MAX_CHARS = 4096

export class StderrTail {
  readonly #paths: readonly string[]
  #text = ''

  /** @param paths files the program was given: their names, which may hold anything, are cut out exactly */
  constructor(paths: readonly string[]) {
    this.#paths = paths
  }

  push(chunk: Buffer): void {
    this.#text = (this.#text + chunk.toString('utf8')).slice(-MAX_CHARS)
  }

  /** What was said last, paths shortened to base names, control characters dropped. */
  get text(): string {
    const named = this.#paths.reduce(
      (text, path) => text.replaceAll(`file:${path}`, nameOf(path)).replaceAll(path, nameOf(path)),
      this.#text,
    )
    return withoutFolders(named).replaceAll(CONTROL_CHARACTERS, '').trim()
  }

  /** The last line that is not empty, without a closing full stop; empty when nothing was said. */
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
