// Opens an input of a job, so that a client can start another job with it after the uploads are deleted.
import { AppError } from '../../domain/errors.ts'
import type { JobInput, JobSource } from '../../domain/job.ts'
import type { OpenedVideo } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { findJob } from './find-job.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'jobs' | 'blobs'>

/** @throws AppError `job_not_found`, `job_expired`, `file_not_found`, `blob_damaged`, `store_unavailable` */
export async function openInput(
  id: string,
  name: string,
  { unitOfWork, jobs, blobs }: Ports,
): Promise<OpenedVideo> {
  const job = await unitOfWork.read((tx) => findJob(tx, id, jobs))
  const source = sourceNamed(job.input, name)
  if (source === null) throw new AppError('file_not_found', `The job ${id} has no such input.`)
  if (source.kind === 'url') {
    const detail = 'The input was fetched from a URL for the render, and not kept.'
    throw new AppError('file_not_found', detail)
  }
  const { sha256, bytes } = source
  await blobs.expect(sha256, bytes)
  return {
    sha256,
    bytes,
    contentType: 'application/octet-stream',
    modifiedAtMs: job.createdAtMs,
    read: (range) => blobs.read(sha256, range),
  }
}

function sourceNamed({ inputType, visual, voices }: JobInput, name: string): JobSource | null {
  if (name === inputType) return visual
  const [first, second] = voices
  if (name === 'audio') return first?.source ?? null
  return name === 'audio_2' ? (second?.source ?? null) : null
}
