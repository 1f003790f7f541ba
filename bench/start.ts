// Measures how long a command takes to start, beside `node -e 0` in the same run: whole processes, one after the other in turns.
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROUNDS = 15
const LAUNCHER = join(import.meta.dirname, '../bin/infinitetalk.js')

interface StartRow {
  readonly command: string
  readonly medianMs: number
  /** Relative to `node -e 0` of the same run. */
  readonly ratio: number
}

export interface StartFigures {
  readonly rounds: number
  readonly rows: readonly StartRow[]
}

export async function benchStart(signal: AbortSignal): Promise<StartFigures> {
  await using hub = createServer((_, response) => {
    const page = { object: 'list', data: [], has_more: false, next_cursor: null }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(page))
  })
  await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`
  const commands = [
    { command: 'node -e 0', words: ['-e', '0'] },
    { command: 'infinitetalk --version', words: [LAUNCHER, '--version'] },
    { command: 'infinitetalk --help', words: [LAUNCHER, '--help'] },
    { command: 'infinitetalk list', words: [LAUNCHER, 'list', '--url', url] },
  ]
  const times = new Map(commands.map(({ command }) => [command, [] as number[]]))
  // Round 0 fills Node's compile cache and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { command, words } of commands) {
      const ms = await timeProcess(words, signal)
      if (round > 0) times.get(command)?.push(ms)
    }
  }
  const medians = commands.map(({ command }) => ({ command, ms: median(times.get(command) ?? []) }))
  const bareMs = medians[0]?.ms ?? Number.NaN
  return {
    rounds: ROUNDS,
    rows: medians.map(({ command, ms }) => ({
      command,
      medianMs: Math.round(ms),
      ratio: Math.round((ms / bareMs) * 100) / 100,
    })),
  }
}

async function timeProcess(words: readonly string[], signal: AbortSignal): Promise<number> {
  const sinceMs = performance.now()
  await promisify(execFile)(process.execPath, words, { signal, timeout: 60_000 })
  return performance.now() - sinceMs
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

export function startTable({ rounds, rows }: StartFigures): string {
  const lines = rows.map(
    ({ command, medianMs, ratio }) => `| ${command} | ${medianMs} ms | ${ratio.toFixed(2)} |`,
  )
  return [
    `Start of a command, median of ${rounds}:`,
    '',
    '| command | time | ratio |',
    '| --- | --- | --- |',
    ...lines,
  ].join('\n')
}
