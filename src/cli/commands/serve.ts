// `infinitetalk serve`: the hub. Runs until it is told to stop, and then stops in order.
import { COMFYUI_OPTIONS, comfyuiSettings } from '../comfyui-options.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { printJson } from '../terminal.ts'

export const serveCommand: CommandDefinition = {
  description:
    'Runs the hub until Ctrl-C or SIGTERM. Jobs and videos are kept in the data folder and survive a crash; what a crash ' +
    'interrupted is taken up again. Without API keys (INFINITETALK_API_KEYS) it listens for this machine only. ' +
    'The log goes to standard output, as JSON unless it is a terminal.',
  positionals: [],
  options: [
    { name: 'host', value: 'ADDRESS', help: 'Address to listen on (default 127.0.0.1).' },
    { name: 'port', value: 'PORT', help: 'Port to listen on (default 8787); 0 takes a free one.' },
    { name: 'data-dir', value: 'FOLDER', help: 'Folder of jobs and videos (default ./data).' },
    ...COMFYUI_OPTIONS,
    { name: 'no-worker', help: 'Accept and answer, but leave the rendering to other hubs.' },
  ],
  examples: [
    'infinitetalk serve',
    'infinitetalk serve --comfyui-dir ~/ComfyUI',
    'infinitetalk serve --port 9000 --data-dir /var/lib/infinitetalk',
    'INFINITETALK_API_KEYS=me:SOME-LONG-KEY infinitetalk serve --host 0.0.0.0',
  ],
  run: runServe,
}

/** Options are settings as well: they take the place of the variables of the same meaning. */
const VARIABLES: Readonly<Record<string, string>> = {
  host: 'INFINITETALK_HOST',
  port: 'INFINITETALK_PORT',
  'data-dir': 'INFINITETALK_DATA_DIR',
}

async function runServe({
  arguments: given,
  terminal,
  services,
  signal,
}: Invocation): Promise<void> {
  const settings = comfyuiSettings(given)
  if (terminal.quiet) settings.INFINITETALK_LOG_LEVEL = 'error'
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const text = given.text(option)
    if (text !== undefined) settings[variable] = text
  }
  await services.serve({
    settings,
    works: !given.flag('no-worker'),
    log: terminal.stdout,
    signal,
    onListening: (url) => printJson(terminal, { event: 'listening', url }),
  })
}
