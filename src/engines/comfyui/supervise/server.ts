// A ComfyUI server of our own: started, or found where an earlier run of this program left it. Either it answers when it is
// handed out, or it is gone.
import { createServer } from 'node:net'
import { AppError } from '../../../domain/errors.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { createComfyApi } from '../comfy-server.ts'
import {
  adoptProcess,
  type ComfyuiProcess,
  type ProcessEnd,
  startProcess,
} from './comfyui-process.ts'
import type { LaunchPlan } from './launch-plan.ts'
import { meaningfulLine, readTail } from './log-file.ts'
import { identityOf } from './process-identity.ts'
import {
  readRecord,
  recordPathOf,
  removeRecord,
  type ServerRecord,
  writeRecord,
} from './server-record.ts'
import { type Time, waitUntilReady } from './wait-until-ready.ts'

export interface Server {
  readonly process: ComfyuiProcess
  readonly api: ComfyApi
}

export interface ServerOptions {
  readonly plan: LaunchPlan
  readonly recordPath: string
  readonly logPath: string
  readonly timeoutMs: number
  /** Between being told to go and being killed. */
  readonly stopGraceMs: number
  readonly time: Time
  readonly signal: AbortSignal
}

const PROBE_TIMEOUT_MS = 5000
/** A server that renders may be busy for a while; one that hangs is not worth more. */
const LEFTOVER_TIMEOUT_MS = 30_000

/** @throws AppError `engine_start_failed`, `canceled` */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { plan, recordPath, logPath, timeoutMs, stopGraceMs } = options
  const port = await findFreePort()
  const args = plan.argumentsFor(port)
  const process = await startProcess(plan.installation, args, plan.env, logPath)
  await record(process, port, options)
  const server = { process, api: apiOf(port) }
  const outcome = await waitOrStop(server, timeoutMs, options)
  if (outcome === 'ready') return server
  await process.stop(stopGraceMs)
  await removeRecord(recordPath)
  throw startFailed(outcome, timeoutMs, logPath)
}

/**
 * The server that an earlier run left: taken over when it answers and is the server that is wanted, otherwise ended.
 *
 * @throws AppError `engine_start_failed` when it belongs to a program that still runs
 */
export async function takeLeftover(options: ServerOptions): Promise<Server | null> {
  const { plan, recordPath, stopGraceMs } = options
  const left = await readRecord(recordPath)
  if (left === null) return null
  await refuseOwned(left)
  const process = adoptProcess(left.server)
  const { identity, pid } = left.server
  if (identity === null || (await identityOf(pid)) !== identity) {
    await removeRecord(recordPath)
    return null
  }
  const server = { process, api: apiOf(left.port) }
  const wanted = left.launch === plan.fingerprint
  const patienceMs = Math.min(LEFTOVER_TIMEOUT_MS, options.timeoutMs)
  if (wanted && (await waitOrStop(server, patienceMs, options)) === 'ready') {
    await record(process, left.port, options)
    return server
  }
  await process.stop(stopGraceMs)
  await removeRecord(recordPath)
  return null
}

/** A server in this data folder that runs, whoever owns it; for who wants to look at it and not to have it. */
export async function findRunning(dataFolder: string): Promise<ComfyApi | null> {
  const left = await readRecord(recordPathOf(dataFolder))
  if (left === null) return null
  const { identity, pid } = left.server
  return identity !== null && (await identityOf(pid)) === identity ? apiOf(left.port) : null
}

/** For who stops without having needed it: a server whose owner is gone keeps no GPU for nobody. */
export async function endLeftover(recordPath: string, stopGraceMs: number): Promise<void> {
  const left = await readRecord(recordPath)
  if (left === null || (await isOwned(left))) return
  const { identity, pid } = left.server
  if (identity !== null && (await identityOf(pid)) === identity) {
    await adoptProcess(left.server).stop(stopGraceMs)
  }
  await removeRecord(recordPath)
}

/** By a program that runs, and is not this one. */
async function isOwned({ owner }: ServerRecord): Promise<boolean> {
  if (owner.pid === process.pid || owner.identity === null) return false
  return (await identityOf(owner.pid)) === owner.identity
}

async function refuseOwned(left: ServerRecord): Promise<void> {
  if (!(await isOwned(left))) return
  const { owner, port } = left
  const detail = `Process ${owner.pid} runs a ComfyUI in this data folder already; to share it, set COMFYUI_URL to ${urlOf(port)}.`
  throw new AppError('engine_start_failed', detail)
}

async function record(server: ComfyuiProcess, port: number, options: ServerOptions) {
  const owner = { pid: process.pid, identity: await identityOf(process.pid) }
  const launch = options.plan.fingerprint
  await writeRecord(options.recordPath, { server: server.known, owner, port, launch })
}

async function waitOrStop(
  { process, api }: Server,
  timeoutMs: number,
  { time, signal, recordPath, stopGraceMs }: ServerOptions,
): Promise<'ready' | 'late' | ProcessEnd> {
  try {
    const probeMs = Math.min(PROBE_TIMEOUT_MS, timeoutMs)
    const probe = () => answers(api, signal, probeMs)
    return await waitUntilReady({ process, probe, timeoutMs, time, signal })
  } catch (reason) {
    await process.stop(stopGraceMs)
    await removeRecord(recordPath)
    throw reason
  }
}

/** Whether ComfyUI itself answers there. */
export function answers(api: ComfyApi, signal: AbortSignal, timeoutMs: number): Promise<boolean> {
  return api.systemStats(signal, timeoutMs).then(
    () => true,
    () => false,
  )
}

function startFailed(outcome: 'late' | ProcessEnd, timeoutMs: number, logPath: string): AppError {
  const lines = readTail(logPath)
  const line = meaningfulLine(lines)
  const said = line === null ? '' : `: ${line}`
  const what =
    outcome === 'late'
      ? `did not answer within ${timeoutMs / 1000} s`
      : `${describeEnd(outcome)} while it started`
  return new AppError('engine_start_failed', `ComfyUI ${what}${said}.`, { meta: { log: lines } })
}

export function describeEnd({ exitCode, killedBy }: ProcessEnd): string {
  if (killedBy !== null) return `was ended by ${killedBy}`
  return exitCode === null ? 'ended' : `exited with code ${exitCode}`
}

function apiOf(port: number): ComfyApi {
  return createComfyApi({ url: urlOf(port), headers: {}, title: 'ComfyUI' })
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

/** Nobody holds it until ComfyUI does; who takes it in between makes the start fail, and the next one finds another. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer()
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address()
      listener.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
