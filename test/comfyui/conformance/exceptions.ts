// Differences from the recordings that the stand-in may have, each with its reason. No other is allowed.
import type { HttpEvent } from './recording.ts'

interface Exception {
  /** The recording, by the first letters of its name. */
  readonly recording: RegExp
  /** Against `METHOD path`. */
  readonly request: RegExp
  readonly reason: string
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    recording: /^l_/,
    request: /GET \/internal\//,
    reason: 'logs and folders of a developer; no client of ours asks for them',
  },
  {
    recording: /^l_/,
    request: /GET \/view_metadata\//,
    reason: 'reads a model file, and the stand-in has none',
  },
  {
    recording: /^l_/,
    request: /GET \/models(\/\w+)?$/,
    reason:
      'the recorded machine had more model folders and files than the object_info that is kept',
  },
  {
    recording: /^l_/,
    request: /GET \/object_info\/\w+/,
    reason: 'the kept object_info is reduced: descriptions and search words are left out',
  },
  {
    recording: /^[clm]_/,
    request: /GET \/(history\?|api\/jobs(\?|$))/,
    reason: 'lists what earlier recordings left in the history of that server',
  },
  {
    recording: /^l_/,
    request: /GET \/$/,
    reason: 'the page of the front end: a file on the recorded machine',
  },
  {
    recording: /^g_/,
    request: /GET \/queue$/,
    reason:
      'asked between an interrupt and the step that obeys it: which of the two comes first is chance',
  },
  {
    recording: /^k_/,
    request: /GET \/view\?.*preview=webp/,
    reason: 'converts a picture; no client of ours asks for a preview',
  },
]

export function findException(recording: string, { request }: HttpEvent): string | null {
  const line = `${request.method} ${request.path}`
  const found = EXCEPTIONS.find((one) => one.recording.test(recording) && one.request.test(line))
  return found?.reason ?? null
}
