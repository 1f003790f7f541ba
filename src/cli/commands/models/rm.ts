// `infinitetalk models rm`: removes one model file, and what was received of it.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { formatBytes } from '../../print-video.ts'
import { printJson, printLine } from '../../terminal.ts'
import { FOLDER_OPTIONS, openModels } from './models-options.ts'

export const removeModelCommand: CommandDefinition = {
  description:
    'Removes a model file, or what was downloaded of it so far. A folder or a link in its place is left alone.',
  positionals: ['NAME'],
  options: [...FOLDER_OPTIONS],
  examples: ['infinitetalk models rm umt5-xxl-bf16'],
  run: runRemove,
}

async function runRemove(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal } = invocation
  const library = await openModels(invocation)
  const { path, bytes } = await library.remove(given.positionals[0] ?? '')
  printJson(terminal, { event: 'result', path, bytes })
  printLine(
    terminal,
    bytes === 0 ? `${path} was not there.` : `${path}, ${formatBytes(bytes)}, removed`,
  )
}
