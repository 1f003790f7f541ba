// The ways in which a gateway that deploys fails, for the tests to choose from.

/** Numbers count down: so many times it happens, and then no more. */
export interface DeploymentFaults {
  /** Requests to these paths are answered with `ok: false` and this sentence. */
  refusals?: Record<string, string>
  /** The build ends with these words. */
  buildFails?: string
  /** Builds whose connection breaks in the middle. */
  buildsLost?: number
  /** A build that was lost goes on, and is there when it is asked for again. */
  lostBuildsGoOn?: boolean
  /** Bytes of a piece of the stream of a build. */
  pieceBytes?: number
  /** The build prints and never ends. */
  buildHangs?: boolean
  putsRefused?: number
  /** Parts whose connection breaks. */
  partsLost?: number
  /** Parts that the store has trouble with (HTTP 503). */
  partsUnwell?: number
  /** Answers that are lost after what was asked for was done, by their path. */
  answersLost?: Record<string, number>
  /** How a one-shot container ends. */
  taskEnds?: string
  taskReason?: string
  /** It runs until it is stopped. */
  taskStays?: boolean
  /** Streams of lines that break after the first line. */
  linesLost?: number
  /** Streams of lines that break before any line. */
  linesSilent?: number
}

/** Whether a fault that is counted happens once more. */
export function takes(faults: DeploymentFaults, name: keyof DeploymentFaults): boolean {
  const left = faults[name]
  if (typeof left !== 'number' || left <= 0) return false
  Object.assign(faults, { [name]: left - 1 })
  return true
}
