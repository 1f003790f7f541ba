// Flushes a file, or its name, so that it survives a power cut.
import { open } from 'node:fs/promises'

export async function flushFile(path: string): Promise<void> {
  await flush(path, 'r+')
}

/** A rename is safe once the folder that holds the name is flushed. Windows has no such call and needs none. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await flush(path, 'r')
}

async function flush(path: string, flags: string): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
