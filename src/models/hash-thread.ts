// The thread of running-hash.ts: it reads as far as allowed, in blocks that fit the processor's caches.
import { createHash } from 'node:crypto'
import { openSync, readSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { HashAnswer, HashOrder } from './running-hash.ts'

const BLOCK_BYTES = 1024 * 1024
const REPORT_EVERY_BYTES = 32 * BLOCK_BYTES

if (parentPort !== null) hashOnOrder(parentPort, (workerData as { readonly path: string }).path)

function hashOnOrder(port: MessagePort, path: string): void {
  // Closed when the thread ends.
  const file = openSync(path, 'r')
  const hash = createHash('sha256')
  const block = Buffer.allocUnsafe(BLOCK_BYTES)
  let hashed = 0
  let reported = 0
  port.on('message', ({ frontier, last }: HashOrder) => {
    while (hashed < frontier) {
      const read = readSync(file, block, 0, Math.min(BLOCK_BYTES, frontier - hashed), hashed)
      if (read === 0) throw new Error(`The file ends at ${hashed} of ${frontier} bytes.`)
      hash.update(block.subarray(0, read))
      hashed += read
      if (hashed - reported < REPORT_EVERY_BYTES) continue
      reported = hashed
      port.postMessage({ hashed, sha256: null } satisfies HashAnswer)
    }
    if (last) port.postMessage({ hashed, sha256: hash.digest('hex') } satisfies HashAnswer)
  })
}
