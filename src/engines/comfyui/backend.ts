// A ComfyUI that renders for this program: one it started itself, or one that runs elsewhere. The promises of every backend to
// the engine, which sees no difference between them.
import type { OutputFile } from '../../workflow/outputs.ts'
import type { SystemStats } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'

export interface Backend extends AsyncDisposable {
  /** A folder that it and this program see under the same path, for the frames of a render that grows. Absent where there is none. */
  readonly framesFolder?: string
  /** The machine, as it is known again after a restart of this program: its address or its folder. Never a secret. */
  readonly name: string
  /**
   * Waits until it answers; starts it where that is its owner's business. The same object as long as it is the same server:
   * what was found out about a server may be remembered by it.
   *
   * @throws AppError `engine_unreachable`, `engine_start_failed`, `canceled`
   */
  ready(signal: AbortSignal): Promise<ComfyApi>
  /** The server while it answers; null while it does not, or is not started. Never rejects. */
  running(): Promise<ComfyApi | null>
  /** One sentence why it cannot work now; null when it can. Cheap enough to be asked every second. */
  health(): Promise<string | null>
  /** Its own report, a few seconds old at most; null while it does not answer. Never rejects. */
  stats(): Promise<SystemStats | null>
  /** It hangs, or its CUDA context is poisoned: whoever owns its process starts it again before the next job. */
  distrust(why: string): Promise<void>
  /** The end of its log, for the sentence that says that it died; null when it is not known. */
  lastWords(): string | null
  /** That this server has ended, for certain. Absent where it is not known: then only its silence tells. */
  isGone?(api: ComfyApi): boolean
  /**
   * Where its process is ours: it is started with at least so much offload from now on.
   *
   * @param level 0: as configured; 1: reserves memory of the GPU; 2: keeps no weights there
   * @returns whether it must be asked for anew, by ready()
   */
  offload?(level: 0 | 1 | 2): Promise<boolean>
  /** Where its process is ours: somebody else killed the last one by SIGKILL, as Linux does when memory runs out. */
  wasKilled?(): boolean
  /** Removes uploaded files where its input folder is on this disk. Absent elsewhere: ComfyUI has no way to remove one. */
  removeInputs?(names: readonly string[]): Promise<void>
  /** Removes files that it made, likewise. */
  removeOutputs?(files: readonly OutputFile[]): Promise<void>
}
