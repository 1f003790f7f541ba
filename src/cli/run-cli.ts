// From the words on the command line to an exit code: 0 done, 1 failed, 2 bad input or usage, 3 the hub cannot be
// reached, 130 interrupted.
import { didYouMean } from '@infinitetalk/contract'
import { AppError, exitCodeOf, toAppError } from '../domain/errors.ts'
import { COMMON_OPTIONS, type CommandDefinition } from './command.ts'
import { cancelCommand } from './commands/cancel.ts'
import { configCommand } from './commands/config.ts'
import { doctorCommand } from './commands/doctor.ts'
import { estimateCommand } from './commands/estimate.ts'
import { facesCommand } from './commands/faces.ts'
import { fetchCommand } from './commands/fetch.ts'
import { generateCommand } from './commands/generate.ts'
import { rotateLinksCommand } from './commands/links/rotate.ts'
import { listCommand } from './commands/list.ts'
import { embedPromptCommand } from './commands/models/embed.ts'
import { linkModelsCommand } from './commands/models/link.ts'
import { listModelsCommand } from './commands/models/list.ts'
import { pullModelsCommand } from './commands/models/pull.ts'
import { removeModelCommand } from './commands/models/rm.ts'
import { verifyModelsCommand } from './commands/models/verify.ts'
import { serveCommand } from './commands/serve.ts'
import { statusCommand } from './commands/status.ts'
import { submitCommand } from './commands/submit.ts'
import { waitCommand } from './commands/wait.ts'
import { bindWorkflowCommand } from './commands/workflows/bind.ts'
import { checkWorkflowCommand } from './commands/workflows/check.ts'
import { listWorkflowsCommand } from './commands/workflows/list.ts'
import { hintOf } from './hint-of.ts'
import { InterruptedError } from './interrupts.ts'
import { parseArguments } from './parse-arguments.ts'
import { printError } from './print-error.ts'
import { refuseRemovedCommand } from './removed-commands.ts'
import { renderCommandHelp, renderOverview } from './render-help.ts'
import type { Services } from './services.ts'
import { columnsOf, type Terminal } from './terminal.ts'

export const COMMANDS: readonly CommandDefinition[] = [
  generateCommand,
  serveCommand,
  submitCommand,
  statusCommand,
  listCommand,
  waitCommand,
  cancelCommand,
  fetchCommand,
  estimateCommand,
  facesCommand,
  pullModelsCommand,
  listModelsCommand,
  verifyModelsCommand,
  linkModelsCommand,
  removeModelCommand,
  embedPromptCommand,
  rotateLinksCommand,
  listWorkflowsCommand,
  checkWorkflowCommand,
  bindWorkflowCommand,
  doctorCommand,
  configCommand,
]

export interface CliRun {
  readonly words: readonly string[]
  readonly streams: Pick<Terminal, 'stdin' | 'stdout' | 'stderr'>
  readonly services: Services
  readonly signal: AbortSignal
}

/** Never throws: whatever goes wrong is printed and becomes the exit code. */
export async function runCli(run: CliRun): Promise<number> {
  // Errors of the parser itself must already know how to print.
  let terminal: Terminal = { ...run.streams, ...outputStyle(run.words) }
  let command: CommandDefinition | null = null
  try {
    const [name] = run.words
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      terminal.stdout.write(
        renderOverview(COMMANDS, run.services.version, columnsOf(terminal.stdout)),
      )
      return 0
    }
    if (name === '--version') {
      terminal.stdout.write(`${run.services.version}\n`)
      return 0
    }
    refuseRemovedCommand(name)
    const group = COMMANDS.filter((command) => command.name.startsWith(`${name} `))
    if (group.length > 0 && asksForHelp(run.words[1])) {
      terminal.stdout.write(
        renderOverview(group, run.services.version, columnsOf(terminal.stdout), name),
      )
      return 0
    }
    command = findCommand(run.words)
    const parsed = parseArguments(command, run.words.slice(command.name.split(' ').length))
    terminal = { ...run.streams, json: parsed.flag('json'), quiet: parsed.flag('quiet') }
    if (parsed.flag('help')) {
      terminal.stdout.write(renderCommandHelp(command, columnsOf(terminal.stdout)))
      return 0
    }
    const { services, signal } = run
    await command.run({ arguments: parsed, terminal, services, signal })
    return 0
  } catch (thrown) {
    const error = run.signal.aborted ? toInterruption(thrown) : toAppError(thrown)
    printError(terminal, error, hintOf(error, command))
    return exitCodeOf(error.code)
  }
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

/** Some commands have two words: `models pull`. */
function findCommand([first = '', second = '']: readonly string[]): CommandDefinition {
  const isGroup = COMMANDS.some(({ name }) => name.startsWith(`${first} `))
  const name = isGroup ? `${first} ${second}` : first
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command !== undefined) return command
  const known = [
    ...COMMANDS.map(({ name }) => name),
    ...COMMON_OPTIONS.map(({ name }) => `--${name}`),
  ]
  const suggestion = didYouMean(name, known)
  const meant = suggestion === null ? '' : ` Did you mean "${suggestion}"?`
  throw new AppError('usage', `There is no command "${name}".${meant}`)
}
