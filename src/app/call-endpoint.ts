// Gets one video from an endpoint that renders while its caller waits. The service cuts the call after a fixed time, so a longer
// render is rejected here before anything is sent.
import type { GenerationSpec } from '@infinitetalk/contract'
import { type CallTime, callTime } from '../domain/call-time.ts'
import { AppError } from '../domain/errors.ts'
import type {
  CallOptions,
  FetchedVideo,
  RemoteEndpoint,
  RemoteRequest,
} from './ports/remote-queue.ts'

export interface EndpointCall {
  readonly spec: GenerationSpec
  readonly request: RemoteRequest
  /** Measured by the caller; null when unknown. */
  readonly secondsPerWindow: number | null
  readonly options: CallOptions
  /** A sentence to read before the wait. */
  onWarning(text: string): void
}

/** @throws AppError `engine_unsupported` for a video that takes too long there; the endpoint's errors */
export async function callEndpoint(
  { spec, request, secondsPerWindow, options, onWarning }: EndpointCall,
  endpoint: RemoteEndpoint,
): Promise<FetchedVideo> {
  const { title, maxSeconds } = endpoint
  const voiceSeconds = await endpoint.measure(request, options.signal)
  if (voiceSeconds === null) {
    onWarning(
      `The length of the voice cannot be known here; an endpoint of ${title} ends after ${maxSeconds} s.`,
    )
  } else {
    const time = callTime(spec, voiceSeconds, secondsPerWindow)
    const isMeasured = secondsPerWindow !== null
    if (time.seconds > maxSeconds) throw tooLong(time, isMeasured, endpoint)
    if (time.slowerSeconds > maxSeconds) {
      onWarning(
        `${sayWindows(time)} may take longer than the ${maxSeconds} s after which an endpoint of ${title} ends; a queue does not.`,
      )
    }
  }
  return endpoint.call(request, options)
}

function tooLong(
  time: CallTime,
  isMeasured: boolean,
  { title, maxSeconds }: RemoteEndpoint,
): AppError {
  const minutes = `about ${Math.ceil(time.seconds / 60)} min`
  const takes = isMeasured
    ? `take ${minutes}`
    : `take ${minutes} on the fastest machine that users report of`
  const wayOut = isMeasured
    ? 'Send it to a queue, or cut it with --max-frames.'
    : 'Send it to a queue, cut it with --max-frames, or set the speed of yours with --seconds-per-window.'
  const detail = `${sayWindows(time)} ${takes}, and an endpoint of ${title} ends after ${maxSeconds} s. ${wayOut}`
  return new AppError('engine_unsupported', detail, { meta: { seconds: time.seconds } })
}

function sayWindows({ windows }: CallTime): string {
  return windows === 1 ? 'One window' : `${windows} windows`
}
