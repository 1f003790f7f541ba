// Plays a growing video in a browser that knows no playlists: its windows are appended as they are, in front of where the person
// watches and not much further. Loaded only where it is needed.
import type { VideoStream } from '@infinitetalk/client'
import { pause } from '../hub/pause.ts'

export interface StreamSource {
  /** The stream so far. */
  read(signal: AbortSignal): Promise<VideoStream>
  fetch(url: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
}

const LOOK_AGAIN_MS = 2000
/** A window takes one or two megabytes. */
const AHEAD_SECONDS = 60
const BEHIND_SECONDS = 120
/** Sound and picture of a window do not end together. */
const SLACK_SECONDS = 0.1

/** Returns when aborted. @throws InfiniteTalkError, DOMException for a video that the browser cannot play */
export async function playStream(
  video: HTMLVideoElement,
  source: StreamSource,
  signal: AbortSignal,
): Promise<void> {
  const media = new MediaSource()
  const url = URL.createObjectURL(media)
  const opened = heard(media, 'sourceopen', signal)
  video.src = url
  await opened
  URL.revokeObjectURL(url)
  let stream = await source.read(signal)
  let readAtMs = performance.now()
  const head = await source.fetch(stream.head, signal)
  const buffer = media.addSourceBuffer(`video/mp4; codecs="${videoCodec(head)},mp4a.40.2"`)
  await append(buffer, head, signal)
  while (!signal.aborted) {
    const place = video.currentTime
    const places = placesOf(stream)
    const next = places.find(
      ({ start, end }) =>
        end > place && start < place + AHEAD_SECONDS && !isBuffered(buffer, start, end),
    )
    if (next !== undefined) {
      await append(buffer, await source.fetch(next.url, signal), signal)
      const [kept] = rangesOf(buffer)
      if (kept !== undefined && kept.start < place - BEHIND_SECONDS) {
        await changed(buffer, () => buffer.remove(0, place - BEHIND_SECONDS / 2), signal)
      }
      continue
    }
    const last = places.at(-1)
    const isWhole = last !== undefined && isBuffered(buffer, last.start, last.end)
    if (stream.ended && isWhole && media.readyState === 'open') media.endOfStream()
    const isDue = !stream.ended && performance.now() - readAtMs >= LOOK_AGAIN_MS
    if (isDue) {
      stream = await source.read(signal)
      readAtMs = performance.now()
    } else await eitherOf(video, LOOK_AGAIN_MS / 4, signal)
  }
}

function placesOf({ windows }: VideoStream) {
  let start = 0
  return windows.map(({ url, seconds }) => {
    const place = { url, start, end: start + seconds }
    start += seconds
    return place
  })
}

function rangesOf({ buffered }: SourceBuffer) {
  return Array.from({ length: buffered.length }, (_, index) => ({
    start: buffered.start(index),
    end: buffered.end(index),
  }))
}

function isBuffered(buffer: SourceBuffer, from: number, to: number): boolean {
  return rangesOf(buffer).some(
    ({ start, end }) => start <= from + SLACK_SECONDS && end >= to - SLACK_SECONDS,
  )
}

function append(
  buffer: SourceBuffer,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<void> {
  return changed(buffer, () => buffer.appendBuffer(bytes), signal)
}

async function changed(
  buffer: SourceBuffer,
  change: () => void,
  signal: AbortSignal,
): Promise<void> {
  const done = heard(buffer, 'updateend', signal)
  change()
  await done
}

/** "avc1." and the profile, constraints and level in the decoder's configuration (ISO 14496-15). */
function videoCodec(head: Uint8Array): string {
  const at = new TextDecoder('latin1').decode(head).indexOf('avcC')
  const bytes = [...head.subarray(at + 5, at + 8)]
  return `avc1.${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** Rejects when the signal is aborted, which ends the player. */
function heard(target: EventTarget, type: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const settled = new AbortController()
    const until = { signal: settled.signal }
    const settle = (how: () => void) => (): void => {
      settled.abort()
      how()
    }
    target.addEventListener(type, settle(resolve), until)
    signal.addEventListener(
      'abort',
      settle(() => reject(signal.reason)),
      until,
    )
  })
}

/** A seek is answered at once. */
async function eitherOf(video: HTMLVideoElement, ms: number, signal: AbortSignal): Promise<void> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  video.addEventListener('seeking', () => stop.abort(), { signal: either, once: true })
  await pause(ms, either).catch(() => {})
  stop.abort()
}
