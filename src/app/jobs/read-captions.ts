// The captions of a job whose voice was made of a text.
import type { Cue } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import type { HubPorts } from '../hub-ports.ts'
import { findJob } from './find-job.ts'

/** @throws AppError `job_not_found`, `job_expired`, `file_not_found` */
export async function readCaptions(
  id: string,
  { unitOfWork, jobs }: Pick<HubPorts, 'unitOfWork' | 'jobs'>,
): Promise<readonly Cue[]> {
  const { input } = await unitOfWork.read((tx) => findJob(tx, id, jobs))
  const spoken = input.script?.spoken ?? null
  if (spoken !== null) return spoken.cues
  const detail = `The job ${id} has no captions: its audio was not made of a text.`
  throw new AppError('file_not_found', detail)
}
