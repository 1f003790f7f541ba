// Stores the media of a request: sent bytes, uploads and allowed files become blobs. URLs are checked without opening them.
import type { ScriptSpec, Source } from '@infinitetalk/contract'
import { decodeBase64, type GenerationSpec } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import type { FileId } from '../../domain/ids.ts'
import type { JobInput, JobSource, JobVoice, JobWebhook } from '../../domain/job.ts'
import type { BlobHold } from '../blob-hold.ts'
import type { Caller, SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { openAllowedFile } from '../open-allowed-file.ts'
import { speakScript } from '../speak-script.ts'
import { withWorkFolder } from '../work-folder.ts'

export type TakeSourcePorts = Pick<
  HubPorts,
  'files' | 'clock' | 'limits' | 'checkUrl' | 'allowedPathRoots'
>
export type TakeInputsPorts = TakeSourcePorts &
  Pick<HubPorts, 'openSpeech' | 'media' | 'workFolder' | 'owner'>

export interface TakingFor extends Pick<SubmitOptions, 'caller' | 'signal'> {
  readonly webhook: JobWebhook | null
  /** Sources that earlier requests of a batch took with the same hold. */
  readonly taken?: TakenSources
}

/** By base64 text, or by the source as JSON. */
type TakenSources = Map<string, JobSource>

interface Taking {
  readonly pointer: string
  readonly maxBytes: number
  /** May name its own uploads only, unless it is an admin. Null: nobody else's were asked for. */
  readonly caller: Caller | null
  readonly signal: AbortSignal
}

/** @throws AppError `input_*`, `path_*`, `url_*`, `file_*`, `speech_*`, `disk_full` */
export async function takeInputs(
  spec: GenerationSpec,
  hold: BlobHold,
  { caller, signal, webhook, taken = new Map() }: TakingFor,
  ports: TakeInputsPorts,
): Promise<JobInput> {
  const { imageMaxBytes, audioMaxBytes, videoMaxBytes } = ports.limits
  const visual = await takeOnce(spec.visual, taken, hold, ports, {
    pointer: `/${spec.inputType}`,
    maxBytes: spec.inputType === 'image' ? imageMaxBytes : videoMaxBytes,
    caller,
    signal,
  })
  if (spec.script !== undefined) {
    const spoken = await takeSpoken(spec, spec.script, hold, signal, ports)
    await hold.publish()
    return { ...spoken, visual, webhook }
  }
  const voices: JobVoice[] = []
  for (const [index, voice] of spec.voices.entries()) {
    const pointer = spec.voices.length > 1 ? `/audio/${index}` : '/audio'
    const taking = { pointer, maxBytes: audioMaxBytes, caller, signal }
    voices.push({ ...voice, source: await takeOnce(voice.source, taken, hold, ports, taking) })
  }
  await hold.publish()
  return { ...spec, visual, voices, webhook }
}

/** An equal source of an equal kind is the same blob. */
async function takeOnce(
  source: Source,
  taken: TakenSources,
  hold: BlobHold,
  ports: TakeSourcePorts,
  taking: Taking,
): Promise<JobSource> {
  const name = source.kind === 'base64' ? source.base64 : JSON.stringify(source)
  const known = taken.get(name)
  if (known !== undefined) return known
  const fresh = await takeSource(source, hold, ports, taking)
  taken.set(name, fresh)
  return fresh
}

/** @throws AppError `input_*`, `path_*`, `url_*`, `file_*`, `disk_full` */
export async function takeSource(
  source: Exclude<Source, { readonly kind: 'url' }>,
  hold: BlobHold,
  ports: TakeSourcePorts,
  taking: Taking,
): Promise<Extract<JobSource, { readonly kind: 'blob' }>>
export async function takeSource(
  source: Source,
  hold: BlobHold,
  ports: TakeSourcePorts,
  taking: Taking,
): Promise<JobSource>
export async function takeSource(
  source: Source,
  hold: BlobHold,
  ports: TakeSourcePorts,
  taking: Taking,
): Promise<JobSource> {
  try {
    switch (source.kind) {
      case 'url':
        ports.checkUrl(source.url)
        return { kind: 'url', url: source.url }
      case 'base64':
        return await takeBase64(source.base64, hold, taking)
      case 'file':
        return await takeUpload(source.fileId, hold, ports, taking)
      case 'path':
        return await takePath(source.path, hold, ports, taking)
    }
  } catch (error) {
    throw withPointer(error, taking.pointer)
  }
}

/** Speaks the text; the sound is kept like a voice that was sent. */
async function takeSpoken(
  spec: GenerationSpec,
  script: ScriptSpec,
  hold: BlobHold,
  signal: AbortSignal,
  ports: TakeInputsPorts,
): Promise<Omit<JobInput, 'visual' | 'webhook'>> {
  return withWorkFolder(ports, async (workDir) => {
    const { spec: spoken, path } = await speakScript(spec, script, { workDir, signal }, ports)
    const held = await hold.takeFile(path, signal)
    const source = {
      kind: 'blob',
      ...held,
      contentType: 'audio/wav',
      from: 'text',
      given: null,
    } as const
    return { ...spoken, voices: spoken.voices.map((voice) => ({ ...voice, source })) }
  })
}

async function takeBase64(text: string, hold: BlobHold, taking: Taking): Promise<JobSource> {
  const held = await hold.take(inTurns(decodeBase64(text)), taking)
  const [, type = null] = /^\s*data:([^;,]{1,100})[;,]/i.exec(text.slice(0, 200)) ?? []
  return {
    kind: 'blob',
    ...held,
    contentType: type?.toLowerCase() ?? null,
    from: 'base64',
    given: null,
  }
}

async function takeUpload(
  fileId: string,
  hold: BlobHold,
  { files, clock }: TakeSourcePorts,
  { maxBytes, caller }: Taking,
): Promise<JobSource> {
  const ofCaller = caller === null || caller.isAdmin ? null : caller.ownerKey
  const file = await hold.takeUpload(fileId as FileId, files, clock.epochMs(), ofCaller)
  const { sha256, bytes } = file.content!
  if (bytes > maxBytes) {
    const detail = `The file has ${bytes} bytes; at most ${maxBytes} are allowed.`
    throw new AppError('input_too_large', detail, { meta: { bytes, maxBytes } })
  }
  return { kind: 'blob', sha256, bytes, contentType: file.contentType, from: 'file', given: fileId }
}

async function takePath(
  path: string,
  hold: BlobHold,
  { allowedPathRoots }: TakeSourcePorts,
  { pointer, maxBytes, signal }: Taking,
): Promise<JobSource> {
  const file = await openAllowedFile({ path, pointer, roots: allowedPathRoots })
  try {
    const content = file.createReadStream({ autoClose: false, signal })
    const held = await hold.take(content, { maxBytes, signal })
    return { kind: 'blob', ...held, contentType: null, from: 'path', given: path }
  } finally {
    await file.close()
  }
}

/** Decoding a large text takes a second; between two chunks other requests are served. */
async function* inTurns<T>(chunks: Iterable<T>): AsyncGenerator<T> {
  for (const chunk of chunks) {
    yield chunk
    await new Promise((resume) => setImmediate(resume))
  }
}

/** Adds the pointer of the input to an error that has none. */
function withPointer(error: unknown, pointer: string): unknown {
  if (!(error instanceof AppError) || error.pointer !== undefined) return error
  return new AppError(error.code, error.detail, {
    cause: error.cause,
    meta: error.meta,
    pointer,
  })
}
