// `infinitetalk config`: shows the effective configuration and the origin of each value, with secrets masked.
import type { CommandDefinition, Invocation } from '../command.ts'
import { printJson, printLine } from '../terminal.ts'

export const command: CommandDefinition = {
  description:
    'Shows every setting with its value and where it comes from: the default, the environment or the configuration file. ' +
    'Secrets are masked.',
  options: {},
  examples: ['infinitetalk config', 'INFINITETALK_PORT=9000 infinitetalk config'],
  run: runConfig,
}

async function runConfig({ terminal, services }: Invocation): Promise<void> {
  const settings = services.describeSettings()
  const widest = Math.max(...settings.map((setting) => setting.environment.length))
  for (const setting of settings) {
    printJson(terminal, { event: 'setting', ...setting })
    const origin = setting.origin === 'default' ? '' : `  (${setting.origin})`
    printLine(
      terminal,
      `${setting.environment.padEnd(widest)}  ${setting.value || '(not set)'}${origin}`,
    )
  }
}
