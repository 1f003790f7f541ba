// The environment of a RunPod serverless worker: four addresses as templates, a key, and the id of the worker. The addresses are
// used unchanged except for their placeholders.
import { randomUUID } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'

export interface RunpodEnvironment {
  readonly workerId: string
  /** Sent as it is, without `Bearer`; never shown. */
  readonly apiKey: string
  takeUrl(isBusy: boolean): string
  /** Lists canceled jobs; null if the address of the jobs has another form. */
  readonly stopsUrl: string | null
  /** For progress and for the end. */
  tellUrl(jobId: string): string
  /** null if no heartbeat is expected. */
  pingUrl(jobIds: readonly string[]): string | null
  readonly pingIntervalMs: number
}

type Variables = Readonly<Record<string, string | undefined>>

const PING_INTERVAL_MS = 10_000
const MIN_PING_INTERVAL_MS = 100
const TAKE = '/job-take/'

/** @throws AppError `config_invalid`, which names the variable */
export function readEnvironment(env: Variables): RunpodEnvironment {
  const workerId = env.RUNPOD_POD_ID || randomUUID()
  const take = fill(required(env, 'RUNPOD_WEBHOOK_GET_JOB'), { $ID: workerId })
  const tell = fill(required(env, 'RUNPOD_WEBHOOK_POST_OUTPUT'), { $RUNPOD_POD_ID: workerId })
  const ping = fill(env.RUNPOD_WEBHOOK_PING ?? '', { $RUNPOD_POD_ID: workerId })
  const interval = Number(env.RUNPOD_PING_INTERVAL || PING_INTERVAL_MS)
  return {
    workerId,
    apiKey: env.RUNPOD_AI_API_KEY ?? '',
    takeUrl: (isBusy) => withQuery(take, { job_in_progress: isBusy ? '1' : '0' }),
    stopsUrl: take.includes(TAKE) ? take.replace(TAKE, '/job-stop/') : null,
    tellUrl: (jobId) => withQuery(fill(tell, { $ID: jobId }), { isStream: 'false' }),
    pingUrl(jobIds) {
      if (ping === '') return null
      return jobIds.length === 0 ? ping : withQuery(ping, { job_id: jobIds.join(',') })
    },
    pingIntervalMs: interval >= MIN_PING_INTERVAL_MS ? interval : PING_INTERVAL_MS,
  }
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (text, [mark, value]) => text.replaceAll(mark, () => encodeURIComponent(value)),
    template,
  )
}

function withQuery(url: string, members: Readonly<Record<string, string>>): string {
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(members)}`
}

function required(env: Variables, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') {
    const detail = `${name} is not set: this program is started by RunPod, in a serverless worker. Anywhere else it is "infinitetalk serve".`
    throw new AppError('config_invalid', detail)
  }
  if (/^https?:\/\/./.test(value)) return value
  throw new AppError('config_invalid', `${name} must be a URL, and is "${value}".`)
}
