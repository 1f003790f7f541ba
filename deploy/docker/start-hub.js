#!/usr/bin/env node
// Starts the hub in the background, for callers that send it requests over loopback: the files in deploy/beam. Returns when it is
// ready, at once where one runs already; so whoever asks before each request also brings back a hub that died. When it cannot be
// started, the last that it said is on stderr and the exit status is 1. Its log goes where this program's goes; hub.pid in the data
// folder says which process it is.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The database of a hub that was killed is looked through first. ComfyUI is not waited for: the first job starts it. */
const START_MS = 120_000
const PROBE_MS = 100
const TOLD_LINES = 20
const PROGRAM = fileURLToPath(new URL('../../bin/infinitetalk.js', import.meta.url))

const { env } = process
const port = env.INFINITETALK_PORT || '8787'
const dataFolder = env.INFINITETALK_DATA_DIR || 'data'
const errors = join(dataFolder, 'hub-errors.log')

if (!(await isReady())) {
  const problem = await start()
  if (problem !== null) {
    console.error(`${problem} ${lastWords()}`.trim())
    process.exitCode = 1
  }
}

/** @returns what went wrong */
async function start() {
  let stderr
  try {
    mkdirSync(dataFolder, { recursive: true })
    stderr = openSync(errors, 'w')
  } catch (error) {
    return `The hub cannot write to its data folder: ${error.message}.`
  }
  // Python's own settings are for another Python than that of ComfyUI.
  const { PYTHONPATH, PYTHONHOME, ...environment } = env
  // A group of its own: the process that asked may be ended with its group, and the next one finds the hub.
  const hub = spawn(process.execPath, [PROGRAM, 'serve'], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'inherit', stderr],
  })
  closeSync(stderr)
  let end = null
  hub.on('error', (error) => (end ??= error.message))
  hub.on('exit', (code, signal) => (end ??= signal ?? `status ${code}`))
  const startedMs = performance.now()
  while (performance.now() - startedMs < START_MS) {
    if (await isReady()) {
      if (end === null) writeFileSync(join(dataFolder, 'hub.pid'), `${hub.pid}\n`)
      hub.unref()
      return null
    }
    // Another one that is just being started has the data folder: it will be ready for us as well.
    if (end !== null && !lastWords().includes('data_dir_busy'))
      return `The hub did not start (${end}).`
    await sleep(PROBE_MS)
  }
  if (end === null) process.kill(-hub.pid, 'SIGKILL')
  return `The hub was not ready within ${START_MS / 1000} s.`
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
