// An earlier take as a new draft: its choices and its inputs. The uploads of that time may be deleted by now, but the hub keeps
// their content as long as the take, so the page can fetch it and send it again.

import type { JobResource } from '@infinitetalk/contract'
import type { HubConnection } from '../hub/hub-connection.ts'
import { say, type Words } from '../language/say.ts'
import type { RelativeBox } from '../picture/placing.ts'
import type { RequestTurn } from '../sound/turns.ts'
import { readStill } from '../takes/stills.ts'
import { sayBytes } from '../takes/words.ts'
import { earlierOptions } from './earlier-options.ts'
import type { Medium } from './medium.ts'
import type { Options } from './options.ts'

export interface EarlierDraft {
  readonly visual: Medium | null
  readonly voices: readonly (Medium | null)[]
  readonly options: Options
  /** Sentences: which input could not be restored, and why. */
  readonly missing: readonly string[]
}

export interface InputSource {
  readonly url?: string
  readonly file_id?: string
  readonly bytes?: number
  readonly type?: string | null
  readonly box?: Options['boxes'][number]
  readonly turns?: readonly RequestTurn[]
  readonly boxes?: { readonly left: RelativeBox | null; readonly right: RelativeBox | null }
  /** The voice was made of this text. */
  readonly text?: string
}

/** Larger inputs are not carried through the browser. */
const MAX_BYTES = 500_000_000

export async function earlierDraft(hub: HubConnection, job: JobResource): Promise<EarlierDraft> {
  const { input } = job
  const sources = [input.audio ?? []].flat() as InputSource[]
  const kind = input.video === undefined ? 'image' : 'video'
  const missing: string[] = []
  const bring = async (place: InputPlace, source: InputSource): Promise<Medium | null> => {
    try {
      return await bringBack(hub, job.id, place, source)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      missing.push(
        say('{input} of that take could not be restored: {reason}', {
          input: say(place.title),
          reason: why,
        }),
      )
      return null
    }
  }
  const title = kind === 'video' ? 'The video' : 'The picture'
  const visual = await bring({ name: kind, kind, title }, (input[kind] ?? {}) as InputSource)
  const voices: (Medium | null)[] = []
  for (const [index, source] of sources.entries()) {
    if (source.text !== undefined) continue
    voices.push(
      await bring({ ...VOICES[sources.length === 1 ? 'one' : index]!, kind: 'audio' }, source),
    )
  }
  return {
    visual: visual === null ? null : { ...visual, still: readStill(job.id) },
    voices,
    options: earlierOptions(input, sources),
    missing,
  }
}

interface InputPlace {
  /** The name of the input in its URL. */
  readonly name: string
  readonly kind: 'image' | 'video' | 'audio'
  readonly title: Words
}

const VOICES: Readonly<Record<number | 'one', Omit<InputPlace, 'kind'>>> = {
  one: { name: 'audio', title: 'The voice' },
  0: { name: 'audio', title: 'The left voice' },
  1: { name: 'audio_2', title: 'The right voice' },
}

async function bringBack(
  hub: HubConnection,
  jobId: string,
  { name, kind, title }: InputPlace,
  { url, file_id, bytes = 0, type }: InputSource,
): Promise<Medium> {
  const unknown = `${kind}/unknown`
  if (url !== undefined) {
    return { name: url, type: unknown, blob: null, source: { url }, still: null }
  }
  const file = file_id === undefined ? null : await hub.client.files.get(file_id).catch(() => null)
  const common = {
    name: file?.filename ?? say('{input} of an earlier take', { input: say(title) }),
    type: type?.startsWith(`${kind}/`) ? type : unknown,
    source: file === null ? null : { file_id: file.id },
    still: null,
  }
  if (bytes > MAX_BYTES) {
    if (file !== null) return { ...common, blob: null }
    throw new Error(
      say('it has {size}, and the page fetches at most {most}. Choose the file again.', {
        size: sayBytes(bytes),
        most: sayBytes(MAX_BYTES),
      }),
    )
  }
  const response = await hub.fetch(`/v1/jobs/${jobId}/inputs/${name}`)
  if (!response.ok) throw new Error(say('the hub no longer has it. Choose the file again.'))
  const content = await response.arrayBuffer()
  return { ...common, blob: new Blob([content], { type: common.type }) }
}
