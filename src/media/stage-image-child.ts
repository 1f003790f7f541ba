// The process that decodes pictures from outside: it gets one order, writes one PNG, sends one answer and exits. It also exits
// when its parent is gone. Only stage-image.ts starts it, with limits on time and memory.

import { AppError } from '../domain/errors.ts'
import { decodeImage } from './decode-image.ts'
import type { DecodeAnswer, DecodeOrder } from './image-messages.ts'

process.once('disconnect', () => process.exit())
process.once('message', (order: DecodeOrder) => {
  void answer(order).then((message) => process.send?.(message, () => process.disconnect()))
})

async function answer(order: DecodeOrder): Promise<DecodeAnswer> {
  try {
    return { staged: await decodeImage(order) }
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, detail: thrown.detail }
    if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') {
      return { code: 'disk_full', detail: 'There is no space left on the disk.' }
    }
    const reason = thrown instanceof Error ? firstLine(thrown.message) : 'unknown reason'
    return { code: 'image_unreadable', detail: `${order.name} cannot be decoded: ${reason}.` }
  }
}

function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').trim().replace(/\.$/, '')
}
