// Remembers finished windows for as long as a render lasts, for a caller who ends with it: the files stay where they were made.
import {
  putInOrder,
  type StoredWindow,
  type WindowMemory,
} from '../../../app/ports/window-memory.ts'

export function passingMemory(): WindowMemory {
  const done: StoredWindow[] = []
  let sound: string | null = null
  return {
    done,
    get sound() {
      return sound
    },
    async keepSound(path) {
      sound = path
      return path
    },
    async keep(window, files) {
      const stored = { ...window, ...files }
      putInOrder(done, stored)
      return stored
    },
  }
}
