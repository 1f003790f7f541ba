// Makes a video from an image and a voice in one call: uploads the files, submits the job, waits for its end and returns the
// video for reading.
import type { GenerationRequest, JobResource } from '@infinitetalk/contract'
import { AbortedError, InfiniteTalkError } from './errors.ts'
import type { Files } from './files.ts'
import type { JobProgress } from './job-progress.ts'
import type { Jobs } from './jobs.ts'
import type { Transport } from './transport.ts'
import type { UploadContent, UploadProgress } from './upload-body.ts'
import { VideoDownload } from './video-download.ts'

type Structured = Omit<GenerationRequest, 'image' | 'video' | 'audio'>
type SourceInput = NonNullable<GenerationRequest['image']>
type VoiceInput = Exclude<NonNullable<GenerationRequest['audio']>, readonly unknown[]>

/** A voice as bytes, with the other members of a voice. */
export type LocalVoice = Pick<VoiceInput, 'speaker' | 'box' | 'turns' | 'boxes'> & {
  readonly content: UploadContent
}

/** The body of a job, in which media may also be bytes. */
export interface RunInput extends Structured {
  readonly image?: UploadContent | SourceInput | null
  readonly video?: UploadContent | SourceInput | null
  readonly audio?:
    | UploadContent
    | LocalVoice
    | VoiceInput
    | readonly (UploadContent | LocalVoice | VoiceInput)[]
    | null
}

export type MediaName = 'image' | 'video' | 'audio'

export type RunProgress = (UploadProgress & UploadPhase) | JobProgress

export interface UploadPhase {
  readonly phase: 'uploading'
  readonly media: MediaName
}

export interface RunOptions {
  readonly onProgress?: ((progress: RunProgress) => void) | undefined
  /** Ends the call and cancels a submitted job, unless `detach` is set. */
  readonly signal?: AbortSignal | undefined
  readonly idempotencyKey?: string | undefined
  /** Lets the job continue when the call is aborted. */
  readonly detach?: boolean | undefined
}

export interface RunResult {
  readonly job: JobResource
  readonly video: VideoDownload
}

/** The job failed or was canceled. `code` and `retryable` are those of its error. */
export class JobFailedError extends InfiniteTalkError {
  override readonly name: string = 'JobFailedError'
  readonly job: JobResource

  constructor(job: JobResource) {
    super(job.error?.message ?? 'The job was canceled.', {
      code: job.error?.code ?? 'canceled',
      retryable: job.error?.retryable ?? false,
    })
    this.job = job
  }
}

const CANCEL_TIMEOUT_MS = 5_000

/** @throws JobFailedError when the job failed or was canceled; InfiniteTalkError */
export async function run(
  transport: Transport,
  parts: { readonly files: Files; readonly jobs: Jobs },
  input: RunInput,
  options: RunOptions = {},
): Promise<RunResult> {
  const { onProgress, signal, idempotencyKey, detach = false } = options
  const request = await sendMedia(parts.files, input, { onProgress, signal })
  const created = await parts.jobs.create(request, { idempotencyKey, signal })
  try {
    const job = await parts.jobs.wait(created.id, { onProgress, signal })
    const video = videoOf(transport, job, signal)
    if (video === null) throw new JobFailedError(job)
    return { job, video }
  } catch (error) {
    if (error instanceof AbortedError && !detach) await cancelInPeace(parts.jobs, created.id)
    throw error
  }
}

/** null for a job without a video. */
export function videoOf(
  transport: Transport,
  job: JobResource,
  signal: AbortSignal | undefined,
): VideoDownload | null {
  const { id, output } = job
  return output === null ? null : new VideoDownload(transport, id, output.video, signal)
}

/** The request after its media are uploaded and replaced by file ids. */
export async function sendMedia(
  files: Files,
  input: RunInput,
  { onProgress, signal }: Pick<RunOptions, 'onProgress' | 'signal'>,
): Promise<GenerationRequest> {
  const send = async (media: MediaName, content: UploadContent): Promise<{ file_id: string }> => {
    const file = await files.upload(content, {
      signal,
      onProgress: (progress) => onProgress?.({ phase: 'uploading', media, ...progress }),
    })
    return { file_id: file.id }
  }
  const source = async (
    media: MediaName,
    given: UploadContent | SourceInput,
  ): Promise<SourceInput> => (isContent(given) ? await send(media, given) : given)
  const voice = async (given: UploadContent | LocalVoice | VoiceInput): Promise<VoiceInput> => {
    if (isContent(given)) return send('audio', given)
    if (!('content' in given)) return given
    const { content, ...of } = given
    return { ...of, ...(await send('audio', content)) }
  }
  const { image, video, audio, ...rest } = input
  const request: GenerationRequest = { ...rest }
  if (image != null) request.image = await source('image', image)
  if (video != null) request.video = await source('video', video)
  if (Array.isArray(audio)) {
    // One after the other, because progress is reported per file.
    request.audio = []
    for (const each of audio) request.audio.push(await voice(each))
  } else if (audio != null) {
    request.audio = await voice(audio as UploadContent | LocalVoice | VoiceInput)
  }
  return request
}

function isContent(given: object): given is UploadContent {
  return (
    given instanceof Blob ||
    given instanceof ArrayBuffer ||
    given instanceof Uint8Array ||
    given instanceof ReadableStream ||
    Symbol.asyncIterator in given
  )
}

/** Best effort: the caller has gone. */
async function cancelInPeace(jobs: Jobs, jobId: string): Promise<void> {
  await jobs.cancel(jobId, { signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) }).catch(() => {})
}
