// `infinitetalk serve`: runs the hub until it is stopped.
import { COMFYUI_OPTIONS, comfyuiSettings } from '../comfyui-options.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { withoutUndefined } from '../request-options.ts'
import { printJson } from '../terminal.ts'

const OPTIONS = {
  host: { value: 'ADDRESS', help: 'Address to listen on (default 127.0.0.1).' },
  port: { value: 'PORT', help: 'Port to listen on (default 8787); 0 picks a free one.' },
  dataDir: { value: 'FOLDER', help: 'Folder of jobs and videos (default ./data).' },
  ...COMFYUI_OPTIONS,
  noWorker: { help: 'Accept jobs and serve videos, but let other hubs render.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Runs the hub until Ctrl-C or SIGTERM. Jobs and videos are kept in the data folder and survive a crash; interrupted ' +
    'jobs resume. Without API keys (INFINITETALK_API_KEYS) only this machine can reach it. ' +
    'The log goes to standard output, as JSON unless it is a terminal.',
  options: OPTIONS,
  examples: [
    'infinitetalk serve',
    'infinitetalk serve --comfyui-dir ~/ComfyUI',
    'infinitetalk serve --port 9000 --data-dir /var/lib/infinitetalk',
    'INFINITETALK_API_KEYS=me:SOME-LONG-KEY infinitetalk serve --host 0.0.0.0',
  ],
  run: runServe,
}

async function runServe(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  // These options override environment variables.
  const settings = withoutUndefined({
    ...comfyuiSettings(options),
    INFINITETALK_HOST: options.host,
    INFINITETALK_PORT: options.port,
    INFINITETALK_DATA_DIR: options.dataDir,
    INFINITETALK_LOG_LEVEL: terminal.quiet ? 'error' : undefined,
  })
  await services.serve({
    settings,
    works: !options.noWorker,
    log: terminal.stdout,
    signal,
    onListening: (url) => printJson(terminal, { event: 'listening', url }),
  })
}
