// The journal of a batch: one line for each thing that happened, on disk before the next thing begins. A run that was killed is
// resumed from it; a last line that was cut off does not count.
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { AppError } from '../../domain/errors.ts'

export interface ItemState {
  readonly jobId: string | null
  /** The file of the video, once it is here. */
  readonly file: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
  /** 0 for the first job of the item; each repetition has a job of its own. */
  readonly round: number
}

const FRESH: ItemState = { jobId: null, file: null, failure: null, round: 0 }

interface Head {
  readonly batch: string
  readonly list: string
}

interface Entry extends Partial<ItemState> {
  readonly item: number
}

export class BatchJournal implements AsyncDisposable {
  readonly id: string
  readonly #file: FileHandle
  readonly #states: Map<number, ItemState>
  #written: Promise<void> = Promise.resolve()

  private constructor(id: string, file: FileHandle, states: Map<number, ItemState>) {
    this.id = id
    this.#file = file
    this.#states = states
  }

  /** @param list names the content of the list: a journal belongs to one @throws AppError `usage`, `output_unwritable` */
  static async open(path: string, list: string): Promise<BatchJournal> {
    const text = await readFile(path, 'utf8').catch(() => '')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const [head, ...entries] = whole
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    const known = head as Head | undefined
    if (known !== undefined && known.list !== list) {
      const detail = `${path} belongs to another list, or the list has changed since: choose another folder with --output.`
      throw new AppError('usage', detail)
    }
    const states = new Map<number, ItemState>()
    for (const { item, ...change } of entries as Entry[]) {
      states.set(item, { ...(states.get(item) ?? FRESH), ...change })
    }
    try {
      const file = await open(path, 'a')
      await file.truncate(Buffer.byteLength(whole))
      const journal = new BatchJournal(known?.batch ?? randomUUID(), file, states)
      if (known === undefined) await journal.#append({ batch: journal.id, list })
      return journal
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      throw new AppError('output_unwritable', `${path} could not be written (${code}).`, { cause })
    }
  }

  state(item: number): ItemState {
    return this.#states.get(item) ?? FRESH
  }

  /** On disk when it returns. */
  async record(item: number, change: Partial<ItemState>): Promise<void> {
    this.#states.set(item, { ...this.state(item), ...change })
    await this.#append({ item, ...change })
  }

  #append(entry: Head | Entry): Promise<void> {
    this.#written = this.#written.then(async () => {
      await this.#file.appendFile(`${JSON.stringify(entry)}\n`)
      await this.#file.datasync()
    })
    return this.#written
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#written.catch(() => {})
    await this.#file.close()
  }
}
