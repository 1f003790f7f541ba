// `infinitetalk batch`: makes the videos of a list at a hub, so many at a time, and resumes where a killed run stopped.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { InfiniteTalkClient } from '@infinitetalk/client'
import { inLanes } from '../../async/in-lanes.ts'
import { SUMMARY_CSV } from '../../domain/batch-files.ts'
import { AppError } from '../../domain/errors.ts'
import { BatchJournal } from '../batch/journal.ts'
import { type BatchRun, makeItem } from '../batch/make-item.ts'
import { type BatchItem, readManifest } from '../batch/read-manifest.ts'
import { type BatchResult, statusOf, writeArchive, writeSummary } from '../batch/write-results.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { InterruptedError } from '../interrupts.ts'
import { WHOLE } from '../option-kinds.ts'
import { withoutUndefined } from '../request-options.ts'
import { printHanging, printJson } from '../terminal.ts'

const DEFAULT_PARALLEL = 4
const MOST_PARALLEL = 64

const OPTIONS = {
  ...HUB_OPTIONS,
  image: {
    short: 'i',
    value: 'FILE',
    help: 'The picture of rows without one: one portrait, many voices.',
  },
  audio: {
    short: 'a',
    value: 'FILE',
    help: 'The voice of rows without one: one voice, many portraits.',
  },
  output: {
    short: 'o',
    value: 'FOLDER',
    help: 'Where the videos go (default: named after the list).',
  },
  zip: { value: 'FILE', help: 'Write all videos and the summary into one archive at the end.' },
  parallel: { value: 'N', kind: WHOLE, help: `Jobs at a time (default ${DEFAULT_PARALLEL}).` },
  retryFailed: { help: 'Also repeat what failed in an earlier run.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Makes a video for every row of a list: CSV with a header, or one JSON object a line. Columns are members of a request ' +
    '(image, audio, prompt, seed...) and name; files are found beside the list. A run that was stopped or killed resumes ' +
    'with the same command, and makes no video twice.',
  argument: 'LIST',
  options: OPTIONS,
  examples: [
    'infinitetalk batch voices.csv -i portrait.png',
    'infinitetalk batch greetings.jsonl -o greetings --zip greetings.zip --parallel 8',
  ],
  run: (invocation) => withHub(invocation, (client) => runBatch(invocation, client)),
}

type BatchInvocation = Invocation<typeof OPTIONS>

async function runBatch(invocation: BatchInvocation, client: InfiniteTalkClient): Promise<void> {
  const { options, argument, services, signal, terminal } = invocation
  const inFolder = (name: string): string => resolve(services.currentFolder, name)
  const list = inFolder(argument)
  const parallel = parallelOf(options.parallel)
  const items = await readManifest(list, argument, defaultsOf(invocation))
  const outputFolder = inFolder(options.output ?? `${basename(argument, extname(argument))}-videos`)
  await makeFolder(outputFolder)
  const content = createHash('sha256').update(JSON.stringify(items)).digest('hex')
  await using journal = await BatchJournal.open(join(outputFolder, 'batch.jsonl'), content)
  if (options.retryFailed) await forgetFailures(items, journal)
  const folders = { listFolder: dirname(list), outputFolder }
  const run = { client, journal, ...folders, uploads: new Map(), signal }
  try {
    await makeAll(items, run, parallel, invocation)
  } catch (error) {
    if (!signal.aborted) throw error
    throw new InterruptedError('The same command resumes the batch. Its jobs continue at the hub.')
  } finally {
    await writeSummary(outputFolder, resultsOf(items, journal))
  }
  const results = resultsOf(items, journal)
  if (options.zip !== undefined) {
    await writeArchive(outputFolder, results, inFolder(options.zip), signal)
  }
  const failed = results.filter((result) => statusOf(result) !== 'done')
  const done = results.length - failed.length
  printJson(terminal, { event: 'result', done, failed: failed.length, folder: outputFolder })
  const mark = failed.length === 0 ? '✅ ' : '⚠️  '
  printHanging(terminal, mark, `${done} of ${results.length} videos are in ${outputFolder}`)
  if (failed.length === 0) return
  const why = failed[0]!.failure?.message ?? ''
  const detail = `${failed.length} of ${results.length} failed, the first one because: ${why} See ${join(outputFolder, SUMMARY_CSV)}.`
  throw new AppError('batch_incomplete', detail)
}

/** The first error that concerns all of them ends the run. */
async function makeAll(
  items: readonly BatchItem[],
  run: BatchRun,
  parallel: number,
  { terminal }: BatchInvocation,
): Promise<void> {
  const isTodo = ({ number }: BatchItem): boolean =>
    statusOf(run.journal.state(number)) === 'missing'
  const failed = new AbortController()
  const signal = AbortSignal.any([run.signal, failed.signal])
  await inLanes(parallel, items.filter(isTodo), async (item) => {
    if (signal.aborted) return
    try {
      await makeItem(item, { ...run, signal })
    } catch (error) {
      // The others stop as well; what they say then is not the cause.
      failed.abort(error)
      return
    }
    const state = run.journal.state(item.number)
    const done = items.length - items.filter(isTodo).length
    const status = statusOf(state)
    printJson(terminal, { event: 'item', item: item.number, status, done, total: items.length })
    const mark = status === 'done' ? '✅ ' : '❌ '
    const why = state.failure === null ? '' : `: ${state.failure.message}`
    printHanging(terminal, mark, `${done} of ${items.length}: ${item.filename}${why}`)
  })
  signal.throwIfAborted()
}

function resultsOf(items: readonly BatchItem[], journal: BatchJournal): readonly BatchResult[] {
  return items.map((item) => ({ item, ...journal.state(item.number) }))
}

async function forgetFailures(items: readonly BatchItem[], journal: BatchJournal): Promise<void> {
  for (const { number } of items) {
    const { failure, round } = journal.state(number)
    if (failure === null) continue
    await journal.record(number, { jobId: null, failure: null, round: round + 1 })
  }
}

/** Paths of options begin in the current folder, those of the list beside it. */
function defaultsOf({ options, services }: BatchInvocation): Record<string, unknown> {
  const absolute = (name: string | undefined): string | undefined =>
    name === undefined || /^https?:\/\//i.test(name) ? name : resolve(services.currentFolder, name)
  return withoutUndefined({ image: absolute(options.image), audio: absolute(options.audio) })
}

function parallelOf(given = DEFAULT_PARALLEL): number {
  if (given >= 1 && given <= MOST_PARALLEL) return given
  throw new AppError('usage', `--parallel needs a whole number from 1 to ${MOST_PARALLEL}.`)
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError('output_unwritable', `${path} could not be made (${code}).`, { cause })
  }
}
