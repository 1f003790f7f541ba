// The interface for a running node: take time, report progress, send text to the client, read and write media; and its failures.
import type { FrameFault } from './faults.ts'
import type { Folders } from './input-files.ts'
import type { Media } from './media.ts'
import type { Value } from './values.ts'
import type { VersionTraits } from './version.ts'

export interface Speed {
  /** One sampling step. */
  readonly msPerStep: number
  /** The quiet time at the end of a window: decoding, and encoding for the next. */
  readonly msPerWindow: number
  /** The minimum for one frame of the combined video: encoding takes its own time. */
  readonly msPerFrame: number
  /** Any other node. */
  readonly msPerNode: number
  /** Messages of the bar that shows the loading of weights. */
  readonly weightTensors: number
}

export interface ProgressBar {
  update(value: number): void
}

export interface RunContext {
  readonly folders: Folders
  readonly media: Media
  readonly speed: Speed
  /** An input file by the name in the graph. */
  findFile(name: string): string | null
  bar(max: number): ProgressBar
  /** HTML for the client, as a binary frame. */
  sendText(text: string): void
  /** A picture of what the sampler is at, for a prompt that asked for them. */
  sendPreview(): void
  /** Waits; throws when the prompt was interrupted or the server died meanwhile. */
  pause(ms: number): Promise<void>
  /** The finished share of the whole run, 0 to 1: faults happen here. */
  reached(fraction: number): Promise<void>
  /** The exception that a fault makes this class raise. */
  nodeError(className: string): { readonly exceptionType: string; readonly message: string } | null
  /** The fault in the frames of a window. */
  frameFault(): FrameFault | null
  readonly traits: VersionTraits
  readonly signal: AbortSignal
}

export interface NodeCall {
  readonly id: string
  readonly className: string
  readonly inputs: Readonly<Record<string, Value>>
  readonly run: RunContext
}

export interface NodeResult {
  readonly outputs: readonly Value[]
  /** The node's output for the user: `executed`, and the history's outputs. */
  readonly ui?: Readonly<Record<string, unknown>>
}

export type NodeBehaviour = (call: NodeCall) => NodeResult | Promise<NodeResult>

/** An exception of Python in a node. */
export class NodeError extends Error {
  readonly exceptionType: string

  constructor(exceptionType: string, message: string) {
    super(message)
    this.exceptionType = exceptionType
  }
}

/** Somebody interrupted the running prompt. */
export class Interrupted extends Error {}

/** The process is gone in the middle of a run. */
export class ServerDied extends Error {}
