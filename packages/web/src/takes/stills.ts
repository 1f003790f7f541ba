// A small copy of the chosen picture for each job of this tab, shown while it renders and after a reload. The newest 48 are
// kept, about 30 kB each.

import { keepInTab, readInTab } from '../hub/page-storage.ts'

const PREFIX = 'infinitetalk.still.'
const ORDER = 'infinitetalk.stills'
const MAX_STILLS = 48
const MAX_SIDE = 400

/** A data: URL; null for a picture that the browser cannot draw. */
export async function makeStill(picture: Blob): Promise<string | null> {
  try {
    using bitmap = disposable(await createImageBitmap(picture))
    const { width, height } = bitmap.value
    const scale = Math.min(1, MAX_SIDE / Math.max(width, height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(width * scale))
    canvas.height = Math.max(1, Math.round(height * scale))
    const context = canvas.getContext('2d')
    if (context === null) return null
    // As the hub does behind what is transparent; JPEG would make it black.
    context.fillStyle = '#808080'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(bitmap.value, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL('image/jpeg', 0.8)
  } catch {
    return null
  }
}

function disposable(value: ImageBitmap): Disposable & { readonly value: ImageBitmap } {
  return { value, [Symbol.dispose]: () => value.close() }
}

export function keepStill(jobId: string, still: string): void {
  const order = [jobId, ...readOrder().filter((id) => id !== jobId)]
  for (const id of order.splice(MAX_STILLS)) keepInTab(PREFIX + id, null)
  keepInTab(ORDER, JSON.stringify(order))
  keepInTab(PREFIX + jobId, still)
}

/** Called at sign-out: the next person must not see these pictures. */
export function forgetStills(): void {
  for (const id of readOrder()) keepInTab(PREFIX + id, null)
  keepInTab(ORDER, null)
}

export function readStill(jobId: string): string | null {
  return readInTab(PREFIX + jobId)
}

function readOrder(): string[] {
  const order: unknown = JSON.parse(readInTab(ORDER) ?? '[]')
  return Array.isArray(order) ? order.filter((id) => typeof id === 'string') : []
}
