#!/usr/bin/env node
// Starts the hub in the background for callers on loopback: the manifests in deploy/beam. Returns when the hub is ready, at once
// when one already runs; a call before each request therefore also restarts a dead hub. On failure the end of the hub's output is
// on stderr and the exit status is 1. The hub logs to this program's output; hub.pid in the data folder has its process id.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Includes the check of the database after a kill. Excludes ComfyUI, which the first job starts. */
const START_MS = 120_000
const PROBE_MS = 100
const TOLD_LINES = 20
const NOT_READY = `The hub was not ready within ${START_MS / 1000} s.`
const PROGRAM = fileURLToPath(new URL('../../bin/infinitetalk.js', import.meta.url))

const { env } = process
const port = env.INFINITETALK_PORT || '8787'
const dataFolder = env.INFINITETALK_DATA_DIR || 'data'
const errors = join(dataFolder, 'hub-errors.log')

const problem = await startOrWait()
if (problem !== null) {
  console.error(`${problem} ${lastWords()}`.trim())
  process.exitCode = 1
}

/** @returns the reason of the failure */
async function startOrWait() {
  const endsMs = performance.now() + START_MS
  while (performance.now() < endsMs) {
    if (await isReady()) return null
    const turn = await takeTurn()
    if (turn !== null) return start(endsMs).finally(() => turn.close())
    await sleep(PROBE_MS)
  }
  return NOT_READY
}

/**
 * One of several callers starts the hub; the others wait for it. The kernel frees an abstract socket, however its owner ends.
 */
function takeTurn() {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen({ path: `\0infinitetalk-hub-${port}` }, () => resolve(server))
  })
}

/** @returns the reason of the failure */
async function start(endsMs) {
  // The caller before may have started it.
  if (await isReady()) return null
  let stderr
  try {
    mkdirSync(dataFolder, { recursive: true })
    stderr = openSync(errors, 'w')
  } catch (error) {
    return `The hub cannot write to its data folder: ${error.message}.`
  }
  // The caller's Python settings do not fit ComfyUI's Python.
  const { PYTHONPATH, PYTHONHOME, ...environment } = env
  // A process group of its own: the hub survives when the caller's group ends, and the next caller finds it.
  const hub = spawn(process.execPath, [PROGRAM, 'serve'], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'inherit', stderr],
  })
  closeSync(stderr)
  let end = null
  hub.on('error', (error) => (end ??= error.message))
  hub.on('exit', (code, signal) => (end ??= signal ?? `status ${code}`))
  while (performance.now() < endsMs) {
    if (end !== null) return `The hub did not start (${end}).`
    if (await isReady()) {
      writeFileSync(join(dataFolder, 'hub.pid'), `${hub.pid}\n`)
      hub.unref()
      return null
    }
    await sleep(PROBE_MS)
  }
  process.kill(-hub.pid, 'SIGKILL')
  return NOT_READY
}

async function isReady() {
  try {
    const url = `http://127.0.0.1:${port}/livez`
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok
  } catch {
    return false
  }
}

function lastWords() {
  try {
    const lines = readFileSync(errors, 'utf8').trim().split('\n')
    return lines.slice(-TOLD_LINES).join('\n').slice(-4000)
  } catch {
    return ''
  }
}
