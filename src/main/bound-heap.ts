// Keeps the memory of a hub near what it uses. V8 lets a heap grow to several times of what lives in it before it collects all of it:
// a render of many windows leaves 2 MB a window that only a full collection frees, and beside 45 MB in use lay 100 MB of that.
import { setFlagsFromString } from 'node:v8'

/** A full collection whenever the heap has grown by 40 %: some nine windows of a render. */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=40')
}
