// `infinitetalk models rm`: deletes one model file, whole or partly downloaded.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { formatBytes } from '../../print-video.ts'
import { printJson, printLine } from '../../terminal.ts'
import { FOLDER_OPTIONS, openModels } from './models-options.ts'

export const command: CommandDefinition<typeof FOLDER_OPTIONS> = {
  description:
    'Deletes a model file, whole or partly downloaded. A folder or a link in its place is left alone.',
  argument: 'NAME',
  options: FOLDER_OPTIONS,
  examples: ['infinitetalk models rm umt5-xxl-bf16'],
  run: runRemove,
}

async function runRemove(invocation: Invocation<typeof FOLDER_OPTIONS>): Promise<void> {
  const { argument, terminal } = invocation
  const library = await openModels(invocation)
  const { path, bytes } = await library.remove(argument)
  printJson(terminal, { event: 'result', path, bytes })
  printLine(
    terminal,
    bytes === 0 ? `${path} was not there.` : `${path}, ${formatBytes(bytes)}, deleted`,
  )
}
