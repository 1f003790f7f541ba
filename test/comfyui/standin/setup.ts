// What a stand-in is given at its start and lends to each of its lives.
import { mkdir } from 'node:fs/promises'
import type { Faults } from './faults.ts'
import type { Folders } from './input-files.ts'
import type { Media } from './media.ts'
import type { ObjectInfo } from './object-info.ts'
import type { Speed } from './run-context.ts'
import type { ComfyVersion, VersionTraits } from './version.ts'

export interface StandInOptions extends Partial<Speed> {
  /** Default 0.28.0. */
  readonly version?: ComfyVersion
  /** Between `execution_success` and the history entry; a real server needs 0 to 8 ms. Default 4. */
  readonly historyLagMs?: number
  /** Of a whole request body. Default 100 MiB, as in ComfyUI. */
  readonly maxUploadBytes?: number
  readonly faults?: Faults
  /** Shared by servers that see the same files: what was measured once is known. */
  readonly media?: Media
  /** Takes a class or a model file out of what /object_info says, or adds one. */
  readonly editObjectInfo?: (info: ObjectInfo) => void
  /** Folders of one's own; by default new ones, removed at the end. */
  readonly folders?: Partial<Folders>
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default: any free one. */
  readonly port?: number
  /** What the counter of prompts begins with; each death sets it to 0. */
  readonly firstNumber?: number
  /** As a process does when it starts, also with folders of one's own. */
  readonly emptyTempAtStart?: boolean
  /** Instead of playing dead: the program's own end. */
  readonly onDeath?: () => void
  /** What /system_stats says it was started with. */
  readonly argv?: readonly string[]
}

export interface Setup {
  readonly version: ComfyVersion
  readonly traits: VersionTraits
  readonly info: ObjectInfo
  readonly folders: Folders
  readonly media: Media
  readonly speed: Speed
  readonly historyLagMs: number
  readonly maxUploadBytes: number
  readonly argv: readonly string[]
  readonly faults: FaultBook
  /** The process dies: what calls this must stop at once. */
  readonly die: (downMs: number | null) => void
}

/** The faults in force, and how often each has struck. */
export class FaultBook {
  #faults: Faults
  readonly #struck = new Map<string, number>()

  constructor(faults: Faults) {
    this.#faults = faults
  }

  get current(): Faults {
    return this.#faults
  }

  set(faults: Faults): void {
    this.#faults = faults
    this.#struck.clear()
  }

  /** True, and counted, while the fault has struck less than `times`. */
  strikes(name: string, times: number): boolean {
    const count = this.#struck.get(name) ?? 0
    if (count >= times) return false
    this.#struck.set(name, count + 1)
    return true
  }
}

const DEFAULT_SPEED: Speed = {
  msPerStep: 5,
  msPerWindow: 5,
  msPerFrame: 0,
  msPerNode: 0,
  weightTensors: 1233,
}

export function readSpeed(given: Partial<Speed>): Speed {
  const { msPerStep, msPerWindow, msPerFrame, msPerNode, weightTensors } = {
    ...DEFAULT_SPEED,
    ...given,
  }
  return { msPerStep, msPerWindow, msPerFrame, msPerNode, weightTensors }
}

export async function makeFolders(folders: Folders): Promise<void> {
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })))
}
