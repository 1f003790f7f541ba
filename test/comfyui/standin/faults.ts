// All faults of a ComfyUI, as data. A fault lasts until `control.setFaults` removes it, unless it counts its `times`.

/** A moment in a run: 0 is before the first node, 1 after the last. */
export type Fraction = number

/** Sampling lies between 0.05 and 0.95, combining between 0.95 and 0.99. A graph without a sampler goes from 0 to combining. */
export type SocketStage =
  | 'open'
  | 'execution_start'
  | 'weights'
  | 'sampling'
  | 'combining'
  | 'success'

export interface CannedAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface Faults {
  /** Connections are refused for this long after the start. */
  readonly refuseMs?: number
  /** The port answers, but it is another web server. */
  readonly notComfyUi?: boolean
  /** Every request and socket must carry this `Authorization`; others get a 401. */
  readonly authorization?: string
  /** Replaces the answer to POST /prompt. `lost` queues the prompt and cuts the connection. */
  readonly prompt?: CannedAnswer | 'lost'
  /** The number of POST /prompt that are answered so; all when absent. */
  readonly promptTimes?: number
  /** Replaces the answer to POST /upload/image. */
  readonly upload?: CannedAnswer
  /** Everything is gone: sockets, queue, history, temporary files. Comes back after `downMs`, or never. */
  readonly dieAt?: {
    readonly at: Fraction
    readonly downMs: number | null
    readonly times?: number
  }
  /** Progress stops; an interrupt ends the run unless that is ignored, too. */
  readonly hangAt?: { readonly at: Fraction; readonly ignoresInterrupt?: boolean }
  readonly errorAt?: {
    readonly at: Fraction
    readonly exceptionType: string
    readonly message: string
    readonly times?: number
  }
  /** A class of node that fails whenever it runs: a broken model file, a missing package. */
  readonly nodeErrors?: Readonly<
    Record<string, { readonly exceptionType: string; readonly message: string }>
  >
  /** Runs out of memory in nodes of this class, as long as all that is given here holds. */
  readonly outOfMemory?: MemoryFault
  /** Somebody else interrupts. */
  readonly interruptAt?: { readonly at: Fraction; readonly times?: number }
  /** `refused`: 403; `never`: the handshake is not answered; `silent`: open, but no message. */
  readonly socket?: 'refused' | 'never' | 'silent'
  /** All sockets are cut at this stage, once for each prompt. */
  readonly dropSocketsAt?: SocketStage
  /** From this stage on the sockets are neither read nor answered, without being closed. */
  readonly freezeSocketsAt?: SocketStage
  /** The entry comes this long after `execution_success`; null: never. */
  readonly historyLateMs?: number | null
  /** Foreign prompts' events, duplicates, wrong order, broken JSON and large previews among the true messages. */
  readonly noise?: boolean
  readonly output?: OutputFault
  /** A window graph saves wrong frames, and the sampler of the node pack in its `output_path`. */
  readonly frames?: FrameFault
  /** So many windows come out right first. */
  readonly framesAfter?: number
  /** Prompts of somebody else that run before ours, each for this long. */
  readonly foreignPromptsMs?: readonly number[]
}

export interface MemoryFault {
  readonly nodeClass: string
  /** So many of these nodes run well first. */
  readonly after?: number
  /** The window has more frames. */
  readonly longerThan?: number
  /** Fewer blocks of the model wait on the CPU. */
  readonly blocksBelow?: number
  /** POST /free was not called since the prompt before. */
  readonly untilFreed?: true
  /** The server was started without this argument. */
  readonly withoutArgument?: string
}

export type OutputFault =
  | 'none'
  | 'two'
  | 'zero_bytes'
  | 'growing'
  | 'png_only'
  | 'escaping_subfolder'
  | 'absolute_filename'

/** `elsewhere`: `output_path` is a folder that only this machine has. */
export type FrameFault = 'few' | 'wrong_size' | 'black' | 'identical' | 'damaged' | 'elsewhere'

export const OUT_OF_MEMORY = {
  exceptionType: 'torch.OutOfMemoryError',
  message: 'Allocation on device \nThis error means you ran out of memory on your GPU.',
} as const

/** Until the process is started again. */
export const LOST_GPU = {
  exceptionType: 'torch.AcceleratorError',
  message: 'CUDA error: an illegal memory access was encountered',
} as const

export const SERVER_ERROR: CannedAnswer = {
  status: 500,
  contentType: 'text/plain; charset=utf-8',
  body: '500 Internal Server Error\n\nServer got itself in trouble',
}

export const HTML_ANSWER: CannedAnswer = {
  status: 200,
  contentType: 'text/html; charset=utf-8',
  body: '<!doctype html><title>Please log in</title>',
}
