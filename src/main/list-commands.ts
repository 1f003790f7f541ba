// All commands with their options, for the completion of a shell.
import { optionsOf } from '../cli/command.ts'
import { COMMANDS, loadCommand } from '../cli/command-table.ts'
import type { CompletedCommand } from '../cli/services.ts'

export function listCommands(): Promise<readonly CompletedCommand[]> {
  return Promise.all(
    COMMANDS.map(async (entry) => {
      const options = optionsOf(await loadCommand(entry)).map(({ name }) => `--${name}`)
      return { name: entry.name, summary: entry.summary, options }
    }),
  )
}
