// `infinitetalk logout`: deletes what `infinitetalk login` kept.
import type { CommandDefinition, Invocation } from '../command.ts'
import { printJson, printLine } from '../terminal.ts'

export const command: CommandDefinition = {
  description:
    'Deletes the kept URL and key of a hub. The key itself stays valid: see "infinitetalk keys revoke".',
  options: {},
  examples: ['infinitetalk logout'],
  run: runLogout,
}

async function runLogout({ terminal, services }: Invocation): Promise<void> {
  const wasLoggedIn = services.forgetLogin()
  printJson(terminal, { event: 'result', logged_out: wasLoggedIn })
  printLine(terminal, wasLoggedIn ? 'Logged out.' : 'Nobody was logged in.')
}
