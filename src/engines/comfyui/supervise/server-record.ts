// The record of the ComfyUI that a hub has started, so that the next hub finds it when this one is killed: the render goes on
// meanwhile, and no unknown process keeps the memory of the GPU.
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '@infinitetalk/contract/plain'

export interface KnownProcess {
  readonly pid: number
  /** Null where the system does not tell: then nobody can say later whether it is the same one. */
  readonly identity: string | null
}

export interface ServerRecord {
  readonly server: KnownProcess
  readonly owner: KnownProcess
  readonly port: number
  /** Digest of everything it was started with. A different digest means a server with other settings than wanted now. */
  readonly launch: string
}

export function recordPathOf(dataFolder: string): string {
  return join(dataFolder, 'server.json')
}

/** Null when there is none, or nothing that can be trusted. */
export async function readRecord(path: string): Promise<ServerRecord | null> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (!isRecord(json) || typeof json.launch !== 'string') return null
    const [server, owner] = [parseProcess(json.server), parseProcess(json.owner)]
    const { port, launch } = json
    const valid = server !== null && owner !== null && Number.isInteger(port)
    return valid ? { server, owner, port: Number(port), launch } : null
  } catch {
    return null
  }
}

/** Whole or not at all. */
export async function writeRecord(path: string, record: ServerRecord): Promise<void> {
  const temporary = `${path}.new`
  await writeFile(temporary, JSON.stringify(record), { mode: 0o600, flush: true })
  await rename(temporary, path)
}

export async function removeRecord(path: string): Promise<void> {
  await rm(path, { force: true })
}

function parseProcess(json: unknown): KnownProcess | null {
  if (!isRecord(json) || !Number.isInteger(json.pid) || Number(json.pid) <= 1) return null
  const identity = typeof json.identity === 'string' ? json.identity : null
  return { pid: Number(json.pid), identity }
}
