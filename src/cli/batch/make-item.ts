// Makes one video of a batch: sends its files, submits its job under a key of its own, waits, downloads. Each step is in the journal
// before the next one, and the key makes a repeated submission the same job.
import { join, resolve } from 'node:path'
import {
  AbortedError,
  ApiError,
  AuthenticationError,
  ConnectionError,
  type InfiniteTalkClient,
  InfiniteTalkError,
  type JobResource,
} from '@infinitetalk/client'
import { AppError, toAppError } from '../../domain/errors.ts'
import { toHubError } from '../connect-hub.ts'
import { downloadVideo } from '../download-video.ts'
import { openFile } from '../job-request.ts'
import type { BatchJournal } from './journal.ts'
import { patiently } from './patiently.ts'
import { type BatchItem, MEDIA_COLUMNS } from './read-manifest.ts'

export interface BatchRun {
  readonly client: InfiniteTalkClient
  readonly journal: BatchJournal
  /** The folder of the list: paths in it begin there. */
  readonly listFolder: string
  readonly outputFolder: string
  /** Ids of the files that this run has sent, by path: many items may share a portrait. */
  readonly uploads: Map<string, Promise<string>>
  readonly signal: AbortSignal
}

/** Records a failure of the item; throws what concerns the whole batch. @throws AppError, InfiniteTalkError */
export async function makeItem(item: BatchItem, run: BatchRun): Promise<void> {
  const { journal, signal } = run
  try {
    const job = await endedJob(item, run)
    if (job.output === null) await journal.record(item.number, { failure: reasonOf(job) })
    else await keepVideo(item, job, run)
  } catch (error) {
    if (signal.aborted || concernsAll(error)) throw error
    const { code, detail } =
      error instanceof InfiniteTalkError ? toHubError(error) : toAppError(error)
    await journal.record(item.number, { failure: { code, message: detail } })
  }
}

async function endedJob(item: BatchItem, run: BatchRun): Promise<JobResource> {
  const known = run.journal.state(item.number).jobId
  const jobId = known ?? (await submit(item, run))
  try {
    return await wait(jobId, run)
  } catch (error) {
    const isGone = error instanceof ApiError && [404, 410].includes(error.status)
    if (known === null || !isGone) throw error
    // The hub kept the job of an earlier run no longer.
    const { round } = run.journal.state(item.number)
    await run.journal.record(item.number, { jobId: null, round: round + 1 })
    return wait(await submit(item, run), run)
  }
}

function wait(jobId: string, { client, signal }: BatchRun): Promise<JobResource> {
  return patiently(signal, () => client.jobs.wait(jobId, { signal }))
}

async function submit(item: BatchItem, run: BatchRun): Promise<string> {
  const { client, journal, signal } = run
  const { round } = journal.state(item.number)
  const idempotencyKey = `batch-${journal.id}-${item.number}-${round}`
  const send = async (): Promise<JobResource> => {
    const body = { ...item.members, ...(await sendMedia(item, run)) }
    return client.jobs.create(body, { idempotencyKey, signal })
  }
  const job = await patiently(signal, async () => {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof InfiniteTalkError && error.code === 'file_not_found')) throw error
      // An upload lives for a day; a long batch sends it again.
      run.uploads.clear()
      return send()
    }
  })
  await journal.record(item.number, { jobId: job.id })
  return job.id
}

async function sendMedia({ media }: BatchItem, run: BatchRun): Promise<Record<string, unknown>> {
  const sources: Record<string, unknown> = {}
  for (const column of MEDIA_COLUMNS) {
    const value = media[column]
    if (value !== undefined) sources[column] = await sourceOf(value, run)
  }
  const { audio_2: second, ...rest } = sources
  return second === undefined ? rest : { ...rest, audio: [rest.audio, second] }
}

async function sourceOf(value: unknown, run: BatchRun): Promise<unknown> {
  if (typeof value !== 'string') return value
  if (/^https?:\/\//i.test(value)) return { url: value }
  if (/^file_[0-9a-f-]{36}$/.test(value)) return { file_id: value }
  const path = resolve(run.listFolder, value)
  const sent = run.uploads.get(path) ?? upload(path, value, run)
  run.uploads.set(path, sent)
  // A failed upload is tried again by the next item that needs it.
  sent.catch(() => run.uploads.delete(path))
  return { file_id: await sent }
}

async function upload(path: string, shown: string, { client, signal }: BatchRun): Promise<string> {
  const file = await openFile(path, shown)
  return (await client.files.upload(file, { signal })).id
}

async function keepVideo(item: BatchItem, job: JobResource, run: BatchRun): Promise<void> {
  const { client, journal, outputFolder, signal } = run
  // The folder is the batch's own: a file that the journal does not know is from a run that was killed.
  const output = { path: join(outputFolder, item.filename), overwrite: true }
  const onProgress = (): void => {}
  await patiently(signal, () => downloadVideo({ client, job, output, signal, onProgress }))
  await journal.record(item.number, { file: item.filename, failure: null })
}

function reasonOf({ status, error }: JobResource): { code: string; message: string } {
  if (error !== null) return { code: error.code, message: error.message }
  return { code: `job_${status}`, message: `The job was ${status}.` }
}

/** Nothing that another item could do better. */
function concernsAll(error: unknown): boolean {
  const isDisk = error instanceof AppError && /^(disk_full|output_)/.test(error.code)
  const classes = [ConnectionError, AuthenticationError, AbortedError]
  return isDisk || classes.some((one) => error instanceof one)
}
