// The commands of the program, in the order of the help. A new command is a file in commands/ and a line here: its module, and all
// that it needs, is imported when the command is called.
import { didYouMean } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'
import { COMMON_OPTIONS, type Command, type CommandEntry } from './command.ts'

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'generate',
    summary: 'Make a talking video from a picture and a voice.',
    load: async () => (await import('./commands/generate.ts')).generateCommand,
  },
  {
    name: 'serve',
    summary: 'Run the hub: jobs over HTTP, kept and rendered here.',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'submit',
    summary: 'Hand a job to a hub, or to Beam; with --wait, fetch the video.',
    load: async () => (await import('./commands/submit.ts')).submitCommand,
  },
  {
    name: 'status',
    summary: 'Show where a job is.',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'list',
    summary: 'List the jobs of a hub, newest first.',
    load: async () => (await import('./commands/list.ts')).listCommand,
  },
  {
    name: 'wait',
    summary: 'Follow a job to its end.',
    load: async () => (await import('./commands/wait.ts')).waitCommand,
  },
  {
    name: 'cancel',
    summary: 'Cancel a job.',
    load: async () => (await import('./commands/cancel.ts')).cancelCommand,
  },
  {
    name: 'fetch',
    summary: 'Download the video of a job.',
    load: async () => (await import('./commands/fetch.ts')).fetchCommand,
  },
  {
    name: 'estimate',
    summary: 'Ask a hub how long a video would take, and what it would cost.',
    load: async () => (await import('./commands/estimate.ts')).estimateCommand,
  },
  {
    name: 'faces',
    summary: 'List the faces in a picture.',
    load: async () => (await import('./commands/faces.ts')).facesCommand,
  },
  {
    name: 'models pull',
    summary: 'Download and verify the model files of the ComfyUI engine.',
    load: async () => (await import('./commands/models/pull.ts')).pullModelsCommand,
  },
  {
    name: 'models list',
    summary: 'List the model files: which are here, missing, partly downloaded or stale.',
    load: async () => (await import('./commands/models/list.ts')).listModelsCommand,
  },
  {
    name: 'models verify',
    summary: 'Check the model files of a set.',
    load: async () => (await import('./commands/models/verify.ts')).verifyModelsCommand,
  },
  {
    name: 'models link',
    summary: 'Make the model files visible to a ComfyUI.',
    load: async () => (await import('./commands/models/link.ts')).linkModelsCommand,
  },
  {
    name: 'models rm',
    summary: 'Remove a model file.',
    load: async () => (await import('./commands/models/rm.ts')).removeModelCommand,
  },
  {
    name: 'models embed',
    summary: 'Let ComfyUI read the default prompt once, for good.',
    load: async () => (await import('./commands/models/embed.ts')).embedPromptCommand,
  },
  {
    name: 'keys create',
    summary: 'Make an API key for somebody who may use the hub.',
    load: async () => (await import('./commands/keys/create.ts')).createKeyCommand,
  },
  {
    name: 'keys list',
    summary: 'List the API keys of the hub.',
    load: async () => (await import('./commands/keys/list.ts')).listKeysCommand,
  },
  {
    name: 'keys rotate',
    summary: 'Give an API key a new secret.',
    load: async () => (await import('./commands/keys/rotate.ts')).rotateKeyCommand,
  },
  {
    name: 'keys revoke',
    summary: 'End an API key.',
    load: async () => (await import('./commands/keys/revoke.ts')).revokeKeyCommand,
  },
  {
    name: 'links rotate',
    summary: 'End every signed link to a video that a hub has given out.',
    load: async () => (await import('./commands/links/rotate.ts')).rotateLinksCommand,
  },
  {
    name: 'workflows list',
    summary: 'List the workflows that a request may name.',
    load: async () => (await import('./commands/workflows/list.ts')).listWorkflowsCommand,
  },
  {
    name: 'workflows check',
    summary: 'Say what a workflow needs, and what a ComfyUI lacks of it.',
    load: async () => (await import('./commands/workflows/check.ts')).checkWorkflowCommand,
  },
  {
    name: 'workflows bind',
    summary: 'Write the bindings of a workflow that ComfyUI exported.',
    load: async () => (await import('./commands/workflows/bind.ts')).bindWorkflowCommand,
  },
  {
    name: 'doctor',
    summary: 'Check this machine: what is there, what is missing, what to do.',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'config',
    summary: 'Show the effective configuration.',
    load: async () => (await import('./commands/config.ts')).configCommand,
  },
]

export async function loadCommand({ name, summary, load }: CommandEntry): Promise<Command> {
  return { name, summary, ...(await load()) }
}

/** The commands whose first word is this: those of `models`. */
export function commandsOfGroup(name: string): readonly CommandEntry[] {
  return COMMANDS.filter((command) => command.name.startsWith(`${name} `))
}

/** @throws AppError `usage` with the name that was probably meant */
export function findCommand([first = '', second = '']: readonly string[]): CommandEntry {
  const name = commandsOfGroup(first).length > 0 ? `${first} ${second}` : first
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command !== undefined) return command
  const known = [
    ...COMMANDS.map((candidate) => candidate.name),
    ...COMMON_OPTIONS.map((option) => `--${option.name}`),
  ]
  const suggestion = didYouMean(name, known)
  const meant = suggestion === null ? '' : ` Did you mean "${suggestion}"?`
  throw new AppError('usage', `There is no command "${name}".${meant}`)
}
