// `infinitetalk db migrate`: moves a hub from its data folder to PostgreSQL and a bucket, or back.
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { withoutUndefined } from '../../request-options.ts'
import type { MovedStores } from '../../services.ts'
import { printJson, printLine } from '../../terminal.ts'

const OPTIONS = {
  dataDir: { value: 'FOLDER', help: 'Data folder of the hub (default ./data).' },
  back: { help: 'Copies from DATABASE_URL into the data folder.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Copies all jobs, videos, uploaded files and keys from the data folder into DATABASE_URL, and into S3_BUCKET if it is set. ' +
    'Stop all hubs and workers before. The source is not changed. After an interruption run it again: it continues. It ' +
    'refuses a target that has been used since.',
  options: OPTIONS,
  examples: [
    'DATABASE_URL=postgres://infinitetalk:PASSWORD@db/infinitetalk infinitetalk db migrate --data-dir ./data',
    'infinitetalk db migrate --back --data-dir ./data',
  ],
  run: runMigrate,
}

const REPORT_EVERY_MS = 5000

async function runMigrate(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const copied = await services.moveStores({
    settings: withoutUndefined({ INFINITETALK_DATA_DIR: options.dataDir }),
    back: options.back,
    signal,
    onProgress: reportEvery(REPORT_EVERY_MS, invocation),
  })
  const { rows, blobs, blobBytes } = copied
  printJson(terminal, { event: 'migrated', rows, files: blobs, copied_bytes: blobBytes })
  printLine(
    terminal,
    `Copied ${rows} rows; ${blobs} files are there, ${blobBytes} bytes copied now.`,
  )
}

/** Copying takes hours where there are many videos. */
function reportEvery(everyMs: number, invocation: Invocation<typeof OPTIONS>) {
  const { terminal, services } = invocation
  let reportedMs = services.nowMs()
  return ({ rows, blobs, blobBytes }: MovedStores): void => {
    if (services.nowMs() - reportedMs < everyMs) return
    reportedMs = services.nowMs()
    printJson(terminal, { event: 'progress', rows, files: blobs, copied_bytes: blobBytes })
    printLine(terminal, `${rows} rows; ${blobs} files, ${blobBytes} bytes copied so far.`)
  }
}
