// The waiting prompts as ComfyUI keeps them: a binary heap in a list, which /queue shows unsorted. So a client does not see the
// order in which they will run, except for the first.
import type { QueuedPrompt } from './prompt-queue.ts'

export class PromptHeap {
  #list: QueuedPrompt[] = []

  get list(): readonly QueuedPrompt[] {
    return this.#list
  }

  push(prompt: QueuedPrompt): void {
    this.#list.push(prompt)
    this.#rise(this.#list.length - 1)
  }

  pop(): QueuedPrompt | undefined {
    const first = this.#list[0]
    const last = this.#list.pop()
    if (first === undefined || last === undefined || this.#list.length === 0) return first
    this.#list[0] = last
    this.#sink(0)
    return first
  }

  /** @returns whether it was in the heap */
  remove(id: string): boolean {
    const index = this.#list.findIndex((prompt) => prompt.id === id)
    if (index === -1) return false
    const kept = this.#list.toSpliced(index, 1)
    this.#list = []
    for (const prompt of kept) this.push(prompt)
    return true
  }

  clear(): void {
    this.#list = []
  }

  #rise(from: number): void {
    let child = from
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#isBefore(child, parent)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  #sink(from: number): void {
    let parent = from
    for (;;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2]
      let least = parent
      if (this.#isBefore(left, least)) least = left
      if (this.#isBefore(right, least)) least = right
      if (least === parent) return
      this.#swap(parent, least)
      parent = least
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [first, second] = [this.#list[one], this.#list[other]]
    if (first === undefined || second === undefined) return false
    return first.number < second.number
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#list[one], this.#list[other]]
    if (first === undefined || second === undefined) return
    this.#list[one] = second
    this.#list[other] = first
  }
}
