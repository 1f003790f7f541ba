// The settings of a stand-in, which each of its lives uses.
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
  /** Limit of a whole request body. Default 100 MiB, as in ComfyUI. */
  readonly maxUploadBytes?: number
  readonly faults?: Faults
  /** Shared by servers that see the same files: each file is measured once. */
  readonly media?: Media
  /** Removes a class or a model file from /object_info, or adds one. */
  readonly editObjectInfo?: (info: ObjectInfo) => void
  /** Folders to use; by default new ones, removed at the end. */
  readonly folders?: Partial<Folders>
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default: any free one. */
  readonly port?: number
  /** Start of the prompt counter; each death resets it to 0. */
  readonly firstNumber?: number
  /** Empties the folders as a starting process does, given ones included. */
  readonly emptyTempAtStart?: boolean
  /** Replaces a simulated death by the program's real end. */
  readonly onDeath?: () => void
  /** The arguments that /system_stats reports. */
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
  /** The process dies: the caller must stop at once. */
  readonly die: (downMs: number | null) => void
}

/** The active faults, and how often each has struck. */
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

  /** True, and counted, while the fault has struck fewer than `times` times. */
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
