// The stand-in as a program of its own, in the place of `python main.py`: takes ComfyUI's options, prints its log, dies on request.
// `--stand-in FILE` (passed by the installed wrapper) sets the behaviour of this start.
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { helpText, parseFlags } from './flags.ts'
import type { InstallOptions, StartBehaviour } from './install.ts'
import { startStandIn } from './stand-in.ts'

const ARGPARSE_ERROR = 2
const MIB = 1024 * 1024

interface StartRecord {
  readonly pid: number
  readonly gpu: string | null
  readonly args: readonly string[]
}

await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<void> {
  const [options, folder] = readInstallation(words)
  const version = options.version ?? '0.28.0'
  const script = words.findIndex((word) => word.endsWith('main.py'))
  const args = words.slice(Math.max(script, words.indexOf('--stand-in') + 1) + 1)
  if (args.includes('--version')) return print('Python 3.11.7')
  if (args.includes('--help') || args.includes('-h')) return print(helpText(version))
  const flags = parseFlags(args, version)
  if (flags.unknown.length > 0) {
    console.error(helpText(version).split('\n')[0])
    return end(ARGPARSE_ERROR, `main.py: error: unrecognized arguments: ${flags.unknown.join(' ')}`)
  }
  const behaviour = folder === null ? {} : nextStart(folder, options, args)
  print('Total VRAM 24106 MB, total RAM 64000 MB')
  print('pytorch version: 2.13.0+cpu')
  await sleep(behaviour.bootMs ?? 0)
  if (behaviour.exit !== undefined) return end(behaviour.exit.code, behaviour.exit.log)
  const { values } = flags
  const folders = {
    input: values['--input-directory']?.[0] ?? join(folder ?? '.', 'input'),
    output: values['--output-directory']?.[0] ?? join(folder ?? '.', 'output'),
    temp: join(values['--temp-directory']?.[0] ?? folder ?? '.', 'temp'),
  }
  const maxUploadMib = Number(values['--max-upload-size']?.[0] ?? 100)
  const port = Number(values['--port']?.[0] ?? 8188)
  const server = await startStandIn({
    ...options.speed,
    version,
    folders,
    port,
    host: values['--listen']?.[0] ?? '127.0.0.1',
    argv: args,
    maxUploadBytes: maxUploadMib * MIB,
    emptyTempAtStart: true,
    faults: behaviour.faults ?? {},
    onDeath: () => process.kill(process.pid, 'SIGKILL'),
  })
  print('Starting server\n')
  print(`To see the GUI go to: ${server.url}`)
  if (behaviour.ignoresSigterm) process.on('SIGTERM', () => print('SIGTERM ignored'))
  else process.once('SIGTERM', () => void server.close().then(() => process.exit(0)))
  process.once('SIGINT', () => void server.close().then(() => process.exit(0)))
  if (behaviour.exitAfterMs !== undefined) {
    await sleep(behaviour.exitAfterMs)
    end(1, 'Segmentation fault')
  }
}

function readInstallation(words: readonly string[]): [InstallOptions, folder: string | null] {
  const file = words[words.indexOf('--stand-in') + 1]
  if (!words.includes('--stand-in') || file === undefined) return [{}, null]
  const options: InstallOptions = JSON.parse(readFileSync(file, 'utf8'))
  return [options, join(file, '..')]
}

/** Counts the start and finds its behaviour; the last behaviour stays. */
function nextStart(
  folder: string,
  options: InstallOptions,
  args: readonly string[],
): StartBehaviour {
  const file = join(folder, 'starts.jsonl')
  const gpu = process.env.CUDA_VISIBLE_DEVICES ?? null
  const record: StartRecord = { pid: process.pid, gpu, args }
  appendFileSync(file, `${JSON.stringify(record)}\n`)
  const count = readFileSync(file, 'utf8').trim().split('\n').length
  const { starts = [] } = options
  return starts[Math.min(count, starts.length) - 1] ?? {}
}

function print(text: string): void {
  console.log(text)
}

function end(code: number, log: string): never {
  console.error(log)
  process.exit(code)
}
