// Reads a page of jobs, newest first, filtered by status and text. The text search runs here because SQLite and PostgreSQL fold
// letters differently; so a page of a search reads a limited number of jobs.
import type { JobStatus } from '@infinitetalk/contract'
import type { JobId } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'

export interface JobSearch {
  readonly status: JobStatus | null
  /** Null or absent: any. */
  readonly ownerKey?: string | null
  /** Null or absent: any. */
  readonly search?: string | null
  readonly before: JobId | null
  readonly limit: number
}

export interface FoundJobs {
  readonly jobs: readonly Job[]
  /** The next page begins below this job; null after the last page. */
  readonly next: JobId | null
}

/** Rows of one query; between two queries the event loop serves other requests. */
const CHUNK = 100
const MAX_READ = 1000

export async function findJobs(
  { status, ownerKey = null, search = null, before, limit }: JobSearch,
  { unitOfWork, jobs }: Pick<HubPorts, 'unitOfWork' | 'jobs'>,
): Promise<FoundJobs> {
  const wanted = search === null ? null : fold(search)
  const found: Job[] = []
  let place = before
  for (let read = 0; read < MAX_READ; read += CHUNK) {
    // One row more than needed shows whether there is another page.
    const count = wanted === null ? limit + 1 : CHUNK
    const query = { status, ownerKey, before: place, limit: count }
    const rows = await unitOfWork.read((tx) => jobs.list(tx, query))
    for (const job of rows) {
      if (wanted !== null && !textsOf(job).some((text) => fold(text).includes(wanted))) continue
      if (found.length === limit) return { jobs: found, next: found.at(-1)?.id ?? null }
      found.push(job)
    }
    place = rows.at(-1)?.id ?? place
    if (rows.length < count) return { jobs: found, next: null }
  }
  return { jobs: found, next: place }
}

function textsOf({ id, input }: Job): readonly string[] {
  return [id, ...input.prompts, ...Object.values(input.metadata)]
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
