// `infinitetalk worker`: renders the jobs of a database until it is stopped.
import { COMFYUI_OPTIONS, comfyuiSettings } from '../comfyui-options.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { withoutUndefined } from '../request-options.ts'
import { printJson } from '../terminal.ts'

const OPTIONS = {
  dataDir: { value: 'FOLDER', help: 'Folder for the work and for copies (default ./data).' },
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
  ],
  run: runWorker,
}

async function runWorker(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
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
