// Runs a command line and returns the exit code: 0 done, 1 failed, 2 bad input or usage, 3 the hub cannot be
// reached, 130 interrupted.
import { type AppError, toAppError } from '../domain/errors.ts'
import type { Command, CommandEntry } from './command.ts'
import { COMMANDS, commandsOfGroup, findCommand, loadCommand } from './command-table.ts'
import { hintOf } from './hint-of.ts'
import { InterruptedError } from './interrupts.ts'
import { parseArguments } from './parse-arguments.ts'
import { printError } from './print-error.ts'
import { refuseRemovedCommand } from './removed-commands.ts'
import { renderCommandHelp, renderOverview } from './render-help.ts'
import type { Services } from './services.ts'
import { columnsOf, type Terminal } from './terminal.ts'

export interface CliRun {
  readonly words: readonly string[]
  readonly streams: Pick<Terminal, 'stdin' | 'stdout' | 'stderr'>
  readonly services: Services
  readonly signal: AbortSignal
}

/** Never throws: every error is printed and becomes the exit code. */
export async function runCli(run: CliRun): Promise<number> {
  // The errors of the parser are printed too, so --json and --quiet are read before it.
  let terminal: Terminal = { ...run.streams, ...outputStyle(run.words) }
  let command: Command | null = null
  try {
    const [name] = run.words
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      await printOverview(COMMANDS, run, null)
      return 0
    }
    if (name === '--version') {
      terminal.stdout.write(`${run.services.version}\n`)
      return 0
    }
    refuseRemovedCommand(run.words)
    const group = commandsOfGroup(name)
    if (group.length > 0 && asksForHelp(run.words[1])) {
      await printOverview(group, run, name)
      return 0
    }
    command = await loadCommand(findCommand(run.words))
    const words = run.words.slice(command.name.split(' ').length)
    const { options, argument, json, quiet, help } = parseArguments(command, words)
    terminal = { ...run.streams, json, quiet }
    if (help) {
      terminal.stdout.write(renderCommandHelp(command, columnsOf(terminal.stdout)))
      return 0
    }
    const { services, signal } = run
    await command.run({ options, argument, terminal, services, signal })
    return 0
  } catch (thrown) {
    const error = run.signal.aborted ? toInterruption(thrown) : toAppError(thrown)
    printError(terminal, error, hintOf(error, command))
    return error.entry.exit
  }
}

async function printOverview(
  commands: readonly CommandEntry[],
  { streams: { stdout }, services: { version } }: CliRun,
  group: string | null,
): Promise<void> {
  const [first] = commands
  const example = first === undefined ? '' : ((await loadCommand(first)).examples[0] ?? '')
  stdout.write(renderOverview({ commands, version, example, columns: columnsOf(stdout), group }))
}

function toInterruption(thrown: unknown): AppError {
  if (thrown instanceof InterruptedError) return thrown
  return new InterruptedError('Nothing was left behind.', { cause: thrown })
}

function outputStyle(words: readonly string[]): Pick<Terminal, 'json' | 'quiet'> {
  return {
    json: words.includes('--json'),
    quiet: words.includes('--quiet') || words.includes('-q'),
  }
}

function asksForHelp(word: string | undefined): boolean {
  return word === undefined || word === 'help' || word === '--help' || word === '-h'
}
