// The commands of the program, in the order of the help. A new command is a file in commands/ and a row here. Its module, with all
// its imports, is loaded when the command is called.
import { didYouMean } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'
import { COMMON_OPTIONS, type Command, type CommandEntry } from './command.ts'

// biome-ignore format: a table has one row for each command.
export const COMMANDS: readonly CommandEntry[] = [
  entry('generate', 'Make a talking video from a picture and a voice.', () => import('./commands/generate.ts')),
  entry('serve', 'Run the hub: accept jobs over HTTP, render them, keep the videos.', () => import('./commands/serve.ts')),
  entry('worker', 'Render the jobs that hubs of the same database accept.', () => import('./commands/worker.ts')),
  entry('submit', 'Submit a job to a hub, or to Beam; with --wait, fetch the video.', () => import('./commands/submit.ts')),
  entry('login', 'Keep the URL and the key of a hub for later commands.', () => import('./commands/login.ts')),
  entry('logout', 'Forget the kept URL and key.', () => import('./commands/logout.ts')),
  entry('batch', 'Make many videos from a list, and resume where it stopped.', () => import('./commands/batch.ts')),
  entry('status', 'Show the state of a job.', () => import('./commands/status.ts')),
  entry('logs', 'Print the events of a job, and why it failed.', () => import('./commands/logs.ts')),
  entry('list', 'List the jobs of a hub, newest first.', () => import('./commands/list.ts')),
  entry('wait', 'Follow a job to its end.', () => import('./commands/wait.ts')),
  entry('cancel', 'Cancel a job.', () => import('./commands/cancel.ts')),
  entry('keep', 'Keep a finished job beyond the retention time.', () => import('./commands/keep.ts')),
  entry('retake', 'Render the video of a job again from a moment on.', () => import('./commands/retake.ts')),
  entry('fetch', 'Download the video of a job.', () => import('./commands/fetch.ts')),
  entry('open', 'Show a job in the browser.', () => import('./commands/open.ts')),
  entry('estimate', 'Ask a hub how long a video would take, and its cost.', () => import('./commands/estimate.ts')),
  entry('mcp', 'Serve the tools of a hub to an agent (MCP).', () => import('./commands/mcp.ts')),
  entry('faces', 'List the faces in a picture.', () => import('./commands/faces.ts')),
  entry('models pull', 'Download and verify the model files of the ComfyUI engine.', () => import('./commands/models/pull.ts')),
  entry('models list', 'List the model files: present, missing, partly downloaded or stale.', () => import('./commands/models/list.ts')),
  entry('models verify', 'Check the model files of a set.', () => import('./commands/models/verify.ts')),
  entry('models link', 'Make the model files visible to a ComfyUI.', () => import('./commands/models/link.ts')),
  entry('models rm', 'Delete a model file.', () => import('./commands/models/rm.ts')),
  entry('models embed', 'Store the text embeddings of the default prompt.', () => import('./commands/models/embed.ts')),
  entry('keys create', 'Make an API key for a person or a program.', () => import('./commands/keys/create.ts')),
  entry('db migrate', 'Move a hub to PostgreSQL and a bucket, or back.', () => import('./commands/db/migrate.ts')),
  entry('keys list', 'List the API keys of the hub.', () => import('./commands/keys/list.ts')),
  entry('keys set', 'Change what an API key may do.', () => import('./commands/keys/set.ts')),
  entry('keys rotate', 'Give an API key a new secret.', () => import('./commands/keys/rotate.ts')),
  entry('keys revoke', 'Revoke an API key.', () => import('./commands/keys/revoke.ts')),
  entry('links rotate', 'Invalidate every signed link that a hub has issued.', () => import('./commands/links/rotate.ts')),
  entry('webhooks list', 'List the events that a hub sent, or has yet to send.', () => import('./commands/webhooks/list.ts')),
  entry('webhooks redeliver', 'Send an event again.', () => import('./commands/webhooks/redeliver.ts')),
  entry('webhooks secret', 'Print the secrets that sign the events of this token.', () => import('./commands/webhooks/secret.ts')),
  entry('workflows list', 'List the workflows that a request may name.', () => import('./commands/workflows/list.ts')),
  entry('workflows check', 'List what a workflow needs, and what a ComfyUI lacks.', () => import('./commands/workflows/check.ts')),
  entry('workflows bind', 'Write the bindings of a workflow that ComfyUI exported.', () => import('./commands/workflows/bind.ts')),
  entry('doctor', 'Check this machine: what is missing, and what to do.', () => import('./commands/doctor.ts')),
  entry('completion', 'Print the completion of bash, zsh or fish.', () => import('./commands/completion.ts')),
  entry('config', 'Show the effective configuration.', () => import('./commands/config.ts')),
]

function entry(name: string, summary: string, load: CommandEntry['load']): CommandEntry {
  return { name, summary, load }
}

export async function loadCommand({ name, summary, load }: CommandEntry): Promise<Command> {
  return { name, summary, ...(await load()).command }
}

/** The commands whose first word is this: those of `models`. */
export function commandsOfGroup(name: string): readonly CommandEntry[] {
  return COMMANDS.filter((command) => command.name.startsWith(`${name} `))
}

/** @throws AppError `usage` with the most similar name */
export function findCommand([first = '', second = '']: readonly string[]): CommandEntry {
  const name = commandsOfGroup(first).length > 0 ? `${first} ${second}` : first
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command !== undefined) return command
  const known = [
    ...COMMANDS.map((candidate) => candidate.name),
    ...Object.keys(COMMON_OPTIONS).map((name) => `--${name}`),
  ]
  const suggestion = didYouMean(name, known)
  const meant = suggestion === null ? '' : ` Did you mean "${suggestion}"?`
  throw new AppError('usage', `There is no command "${name}".${meant}`)
}
