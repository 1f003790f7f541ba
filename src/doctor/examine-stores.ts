// Examines the database and the bucket that several machines share, and the workers that use them.
import { toAppError } from '../domain/errors.ts'
import type { Finding } from '../domain/finding.ts'
import type { WorkerStatus } from '../domain/worker-status.ts'
import type { Examination } from './examination.ts'

type Needs = Pick<Examination, 'config' | 'ways' | 'signal'>

export async function examineStores(needs: Needs): Promise<readonly Finding[]> {
  const { databaseUrl, s3 } = needs.config
  return [
    ...(databaseUrl === undefined ? [] : await examineDatabase(needs)),
    ...(s3.bucket === undefined ? [] : [await examineBucket(needs)]),
  ]
}

async function examineDatabase({ ways }: Needs): Promise<readonly Finding[]> {
  try {
    const workers = await ways.workers()
    return [
      { subject: 'Database', state: 'ok', detail: 'DATABASE_URL answers', advice: null },
      ...(workers.length === 0 ? [NO_WORKER] : workers.map(describeWorker)),
    ]
  } catch (thrown) {
    return [missing('Database', thrown)]
  }
}

const NO_WORKER: Finding = {
  subject: 'Workers',
  state: 'warning',
  detail: 'none runs',
  advice:
    'Jobs wait until one does: run "infinitetalk worker" beside a GPU, with the same DATABASE_URL.',
}

function describeWorker({
  name,
  version,
  engines,
  draining,
  running,
  maxRunning,
}: WorkerStatus): Finding {
  const idle = engines.filter(({ detail }) => detail !== null)
  const names = engines.map((engine) => engine.name).join(', ')
  const state = draining
    ? 'it is being drained'
    : `it renders ${running} of at most ${maxRunning} jobs`
  return {
    subject: 'Worker',
    state: idle.length > 0 && idle.length === engines.length ? 'warning' : 'ok',
    detail: `${name} (${version}) with ${names}: ${state}`,
    advice: idle[0]?.detail ?? null,
  }
}

async function examineBucket({ ways, config, signal }: Needs): Promise<Finding> {
  const subject = 'Bucket'
  try {
    await ways.tryBucket(signal)
    const detail = `${config.s3.bucket} can be written, read and emptied`
    return { subject, state: 'ok', detail, advice: null }
  } catch (thrown) {
    return missing(subject, thrown)
  }
}

function missing(subject: string, thrown: unknown): Finding {
  const { detail, entry } = toAppError(thrown)
  return { subject, state: 'missing', detail, advice: entry.hint }
}
