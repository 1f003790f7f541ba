// `infinitetalk worker`: renders the jobs of a database until it is stopped.
import { COMFYUI_OPTIONS, comfyuiSettings } from '../comfyui-options.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { withoutUndefined } from '../request-options.ts'
import { printJson, printLine } from '../terminal.ts'

const OPTIONS = {
  dataDir: { value: 'FOLDER', help: 'Folder for the work and for copies (default ./data).' },
  drain: {
    value: 'NAME',
    help: 'Ask the worker of this name or host to finish its jobs and to stop; "all" asks all. GET /v1/workers lists the names.',
  },
  ...COMFYUI_OPTIONS,
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Renders jobs that hubs with the same DATABASE_URL accept, and listens on no port. It takes the jobs of its engines; ' +
    'the others wait for another worker. Inputs and videos are in the bucket (S3_BUCKET), or in the data folder that all ' +
    'share. On Ctrl-C or SIGTERM it takes no more jobs, gives running ones INFINITETALK_LIMIT_STOP_TIMEOUT_MS to end, and ' +
    'puts back the rest.',
  options: OPTIONS,
  examples: [
    'DATABASE_URL=postgres://infinitetalk:PASSWORD@db/infinitetalk S3_BUCKET=videos infinitetalk worker --comfyui-dir ~/ComfyUI',
    'DATABASE_URL=postgres://infinitetalk:PASSWORD@db/infinitetalk infinitetalk worker --drain gpu-1',
  ],
  run: runWorker,
}

async function runWorker(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  if (options.drain !== undefined) return drain(options.drain, invocation)
  const settings = withoutUndefined({
    ...comfyuiSettings(options),
    INFINITETALK_DATA_DIR: options.dataDir,
    INFINITETALK_LOG_LEVEL: terminal.quiet ? 'error' : undefined,
  })
  await services.work({
    settings,
    log: terminal.stdout,
    signal,
    onWorking: (engines) => printJson(terminal, { event: 'working', engines }),
  })
}

async function drain(name: string, invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { terminal, services } = invocation
  const workers = await services.drainWorkers(name, {})
  printJson(terminal, { event: 'result', draining: workers })
  for (const worker of workers) {
    printLine(terminal, `${worker} takes no more jobs and stops when its jobs have ended.`)
  }
}
