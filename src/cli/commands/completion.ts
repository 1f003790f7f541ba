// `infinitetalk completion`: the completion of a shell, written from the table of commands.
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition } from '../command.ts'
import type { CompletedCommand } from '../services.ts'

const PROGRAM = 'infinitetalk'

/** Single quotes of a shell hold no single quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", '’')}'`

const SHELLS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: (commands) => `_${PROGRAM}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words='' command
  # zsh reads a bare name after the colon as a modifier.
  command="\${COMP_WORDS[*]:1:$((COMP_CWORD - 1))}"
  case "$command " in
${commands.map(({ name, options }) => `    ${quoted(`${name} `)}*) words=${quoted(options.join(' '))} ;;`).join('\n')}
${groupsOf(commands)
  .map(([group, seconds]) => `    ${quoted(`${group} `)}) words=${quoted(seconds.join(' '))} ;;`)
  .join('\n')}
    ' ') words=${quoted(firstWords(commands).join(' '))} ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${PROGRAM} ${PROGRAM}
`,
  zsh: (commands) => `autoload -U +X bashcompinit && bashcompinit
${SHELLS.bash!(commands)}`,
  fish: (commands) =>
    commands
      .flatMap(({ name, options }) => {
        const [first = '', second] = name.split(' ')
        const seen = second === undefined ? after(first) : `${after(first)}; and ${after(second)}`
        return options.map((option) => completes(seen, `-l ${option.replace(/^--/, '')}`))
      })
      .concat(
        // -f: no files where the name of a command is due.
        groupsOf(commands).flatMap(([group, seconds]) => [
          completes('__fish_use_subcommand', `-f -a ${group}`),
          ...seconds.map((second) => {
            const isDue = `${after(group)}; and not ${after(seconds.join(' '))}`
            return completes(
              isDue,
              `-f -a ${second} -d ${summaryOf(commands, `${group} ${second}`)}`,
            )
          }),
        ]),
        commands
          .filter(({ name }) => !name.includes(' '))
          .map(({ name }) =>
            completes('__fish_use_subcommand', `-f -a ${name} -d ${summaryOf(commands, name)}`),
          ),
      )
      .join('\n')
      .concat('\n'),
}

const after = (words: string): string => `__fish_seen_subcommand_from ${words}`

const completes = (condition: string, what: string): string =>
  `complete -c ${PROGRAM} -n ${quoted(condition)} ${what}`

function summaryOf(commands: readonly CompletedCommand[], wanted: string): string {
  return quoted(commands.find(({ name }) => name === wanted)?.summary ?? '')
}

export const command: CommandDefinition = {
  description:
    'Prints the completion of a shell: bash, zsh or fish. Load it in the file that your shell reads at its start.',
  argument: 'SHELL',
  options: {},
  examples: [
    'source <(infinitetalk completion bash)',
    'infinitetalk completion fish > ~/.config/fish/completions/infinitetalk.fish',
  ],
  async run({ argument, terminal, services }) {
    const write = Object.hasOwn(SHELLS, argument) ? SHELLS[argument] : undefined
    if (write === undefined) {
      const known = Object.keys(SHELLS).join(', ')
      throw new AppError('usage', `There is a completion for ${known}, not for "${argument}".`)
    }
    const commands = await services.commands()
    terminal.stdout.write(write(commands))
  },
}

function firstWords(commands: readonly CompletedCommand[]): readonly string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0]!))]
}

/** The second words of each group of commands. */
function groupsOf(
  commands: readonly CompletedCommand[],
): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>()
  for (const { name } of commands) {
    const [first = '', second] = name.split(' ')
    if (second === undefined) continue
    groups.set(first, [...(groups.get(first) ?? []), second])
  }
  return [...groups]
}
