// What a running node may do: take time, show progress, send its text to the client, read and write media; and how it fails.
import type { FrameFault } from './faults.ts'
import type { Folders } from './input-files.ts'
import type { Media } from './media.ts'
import type { Value } from './values.ts'
import type { VersionTraits } from './version.ts'

export interface Speed {
  /** One sampling step. */
  readonly msPerStep: number
  /** Silence at the end of a window: decoding, and encoding for the next. */
  readonly msPerWindow: number
  /** One frame of the combined video, at least: encoding takes its own time. */
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
  /** An input file by the name the graph gives. */
  findFile(name: string): string | null
  bar(max: number): ProgressBar
  /** HTML for the client, as a binary frame. */
  sendText(text: string): void
  /** Waits; throws when the prompt was interrupted or the server died meanwhile. */
  pause(ms: number): Promise<void>
  /** How much of the whole run is done, 0 to 1: faults happen here. */
  reached(fraction: number): Promise<void>
  /** The exception that this class is told to raise. */
  nodeError(className: string): { readonly exceptionType: string; readonly message: string } | null
  /** How the frames of a window are to be spoilt. */
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
  /** What the node shows to the user: `executed`, and the history's outputs. */
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
