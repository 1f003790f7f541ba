// A renderer that starts, reports its progress once and then runs until it is stopped: for tests of what happens meanwhile.
import type { Renderer } from '../../src/app/ports/renderer.ts'

export function createHeldRenderer(): Renderer {
  return {
    render({ signal, onProgress }) {
      onProgress({ stage: 'sampling', done: 10, total: 100 })
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    },
  }
}
