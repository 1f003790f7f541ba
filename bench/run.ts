// `npm run bench [NAME...]`: runs the measurements, prints a table each and keeps the figures in bench/results/NAME.json.
// Every compared figure has a baseline of the same run, because machines differ and are rarely idle.
import { mkdir, writeFile } from 'node:fs/promises'
import nodeModule from 'node:module'
import { arch, availableParallelism, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchComfyui, comfyuiTable } from './comfyui.ts'
import { benchEnded, endedTable } from './ended.ts'
import { benchModels, modelsTable } from './models.ts'
import { benchPage, pageTable } from './page.ts'
import { benchPieces, piecesTable } from './pieces.ts'
import { benchPreview, previewTable } from './preview.ts'
import { benchPreviewMemory, previewMemoryTable } from './preview-memory.ts'
import { benchQueue, queueTable } from './queue.ts'
import { benchStart, startTable } from './start.ts'

// As bin/launch.js sets it: the threads and programs that are measured start as they do for users.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('../node_modules/.cache/infinitetalk', import.meta.url),
)
nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE)

interface Bench {
  readonly name: string
  /** Measures. @returns the figures, as data and as a table */
  run(signal: AbortSignal): Promise<{ readonly figures: object; readonly table: string }>
}

const BENCHES: readonly Bench[] = [
  {
    name: 'preview',
    run: async (signal) => {
      const figures = await benchPreview(signal)
      return { figures, table: previewTable(figures) }
    },
  },
  {
    name: 'preview-memory',
    run: async (signal) => {
      const figures = await benchPreviewMemory(signal)
      return { figures, table: previewMemoryTable(figures) }
    },
  },
  {
    name: 'comfyui',
    run: async (signal) => {
      const figures = await benchComfyui(signal)
      return { figures, table: comfyuiTable(figures) }
    },
  },
  {
    name: 'pieces',
    run: async (signal) => {
      const figures = await benchPieces(signal)
      return { figures, table: piecesTable(figures) }
    },
  },
  {
    name: 'models',
    run: async (signal) => {
      const figures = await benchModels(signal)
      return { figures, table: modelsTable(figures) }
    },
  },
  {
    name: 'queue',
    run: async (signal) => {
      const figures = await benchQueue(signal)
      return { figures, table: queueTable(figures) }
    },
  },
  {
    name: 'ended',
    run: async (signal) => {
      const figures = await benchEnded(signal)
      return { figures, table: endedTable(figures) }
    },
  },
  {
    name: 'page',
    run: async (signal) => {
      const figures = await benchPage(signal)
      return { figures, table: pageTable(figures) }
    },
  },
  {
    name: 'start',
    run: async (signal) => {
      const figures = await benchStart(signal)
      return { figures, table: startTable(figures) }
    },
  },
]

const RESULTS = join(import.meta.dirname, 'results')
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => BENCHES.every((bench) => bench.name !== name))
if (unknown.length > 0) {
  const known = BENCHES.map(({ name }) => name).join(', ')
  console.error(`There is no bench "${unknown.join('", "')}"; choose from: ${known}.`)
  process.exit(2)
}
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
await mkdir(RESULTS, { recursive: true })
for (const bench of BENCHES.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  const { figures, table } = await bench.run(stop.signal)
  const report = { bench: bench.name, machine: describeMachine(), figures }
  await writeFile(join(RESULTS, `${bench.name}.json`), `${JSON.stringify(report, null, 2)}\n`)
  console.log(`${table}\n`)
}

function describeMachine(): object {
  return {
    node: process.versions.node,
    platform: `${platform()}-${arch()}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
  }
}
