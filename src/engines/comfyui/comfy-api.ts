// The requests of the engine to a server of ComfyUI's graphs: a ComfyUI (comfy-server.ts), or a service that speaks the Comfy API v2
// (service/). Each request has its own deadline, ends with the signal, and fails with an AppError: `engine_unreachable` when nothing
// answers, or something else than expected.
import type { Graph } from '../../workflow/graph.ts'
import type { OutputFile } from '../../workflow/outputs.ts'
import type { ComfyAddress } from './comfy-address.ts'
import type { PromptPlace, SystemStats } from './comfy-answers.ts'
import type { OutputDownload } from './download-output.ts'
import type { FollowTimes } from './follow-times.ts'
import type { ProgressSource, SourceOptions } from './progress-socket.ts'
import type { InputUpload } from './upload-input.ts'

export interface PromptRequest {
  readonly graph: Graph
  /** A UUID in small letters: newer versions refuse anything else. */
  readonly promptId: string
  /** The client whose socket receives the progress. */
  readonly clientId: string
  /** The sampler sends a small picture of its first frame at each step. */
  readonly previews?: boolean
}

export interface ComfyApi {
  readonly address: ComfyAddress
  systemStats(signal: AbortSignal, timeoutMs?: number): Promise<SystemStats>
  /** Definitions of nodes by class; all of them, which takes a server seconds, or only the named ones. Absent where nobody tells. */
  objectInfo?(
    signal: AbortSignal,
    classes?: readonly string[],
  ): Promise<Readonly<Record<string, unknown>>>
  /** @returns how a node names the file */
  upload(upload: InputUpload): Promise<string>
  /** How a node names a file that an earlier prompt made. @param name for a copy, as of an upload */
  inputOf(file: OutputFile, name: string, signal: AbortSignal): Promise<string>
  /**
   * Exactly once, whatever becomes of the answer.
   *
   * @returns the id by which the prompt is found from now on; the one of the request finds it as well, but not always
   * @throws AppError of a refusal; `engine_unreachable` or what the signal was aborted with, after which it may have been taken
   */
  handOver(request: PromptRequest, times: HandOverTimes, signal: AbortSignal): Promise<string>
  /** The one source of the truth about a prompt. @throws AppError `engine_unreachable`, `canceled` */
  find(id: string, signal: AbortSignal): Promise<PromptPlace>
  /** Takes it out of the queue, or ends it at its next step: as it was last seen. */
  stop(id: string, place: PromptPlace, signal: AbortSignal): Promise<void>
  /** News of prompts of this client: hints. */
  openProgress(options: SourceOptions): ProgressSource
  download(download: OutputDownload): Promise<{ readonly bytes: number }>
  /** The current length of a file that a prompt made; null when the server does not say. */
  outputBytes(file: OutputFile, signal: AbortSignal): Promise<number | null>
  /** Leaves nothing of an output but its name. */
  emptyOutput(file: OutputFile, signal: AbortSignal): Promise<void>
  deleteHistory(id: string, signal: AbortSignal): Promise<void>
  /** Has ComfyUI give up its models and its cache once nothing runs. */
  free(signal: AbortSignal): Promise<void>
}

export type HandOverTimes = Pick<FollowTimes, 'pollFirstMs' | 'endMs'>
