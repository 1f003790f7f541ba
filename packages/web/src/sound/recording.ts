// One recording of the microphone: its level while it runs, its sound when it is stopped. The microphone is released however the
// recording ends.

import { say } from '../language/say.ts'
export interface Recording {
  /** The current level, 0..1. */
  level(): number
  stop(): Promise<Blob>
  /** Called when it ends without a stop: the microphone was unplugged, or its permission withdrawn. */
  onEnd(listener: () => void): void
  /** Releases the microphone and drops the recording. */
  discard(): void
}

const PREFERRED_TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

/** @throws DOMException `NotAllowedError`, `NotFoundError` */
export async function startRecording(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, autoGainControl: true, noiseSuppression: true },
  })
  try {
    return recordFrom(stream)
  } catch (error) {
    for (const track of stream.getTracks()) track.stop()
    throw error
  }
}

function recordFrom(stream: MediaStream): Recording {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const mimeType = PREFERRED_TYPES.find((type) => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType })
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  const release = (): void => {
    for (const track of stream.getTracks()) track.stop()
    if (context.state !== 'closed') void context.close()
  }
  const ended = new Promise<void>((resolve) => {
    recorder.addEventListener('stop', () => {
      release()
      resolve()
    })
  })
  recorder.start()
  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples)
      let sum = 0
      for (const sample of samples) sum += sample * sample
      const decibels = 10 * Math.log10(sum / samples.length + 1e-9)
      return Math.min(1, Math.max(0, (decibels + 60) / 55))
    },
    stop: async () => {
      if (recorder.state !== 'inactive') recorder.stop()
      await ended
      return new Blob(parts, { type: recorder.mimeType.split(';')[0] ?? '' })
    },
    onEnd: (listener) => void ended.then(listener),
    discard: release,
  }
}

/** Whether the page may ask for a microphone: browsers allow it only with TLS or on this machine. */
export function canRecord(): boolean {
  return window.isSecureContext && 'mediaDevices' in navigator && 'MediaRecorder' in window
}

export function sayRecordingProblem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError')
    return say('The browser does not let this page use the microphone.')
  if (name === 'NotFoundError') return say('There is no microphone.')
  return say('The microphone cannot be used.')
}
