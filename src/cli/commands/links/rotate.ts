// `infinitetalk links rotate`: invalidates every signed link that a hub has issued.
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'

const OPTIONS = {
  dataDir: { value: 'FOLDER', help: 'Data folder of the hub (default ./data).' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Replaces the key with which a hub signs links. Links issued before stop working within 2 s. The hub may keep running; ' +
    'read a job again for a new link. Run the command where the hub runs, or with the same DATABASE_URL.',
  options: OPTIONS,
  examples: [
    'infinitetalk links rotate',
    'infinitetalk links rotate --data-dir /var/lib/infinitetalk',
  ],
  run: runRotate,
}

async function runRotate(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services } = invocation
  const { dataDir } = options
  await services.rotateLinkKey(dataDir === undefined ? {} : { INFINITETALK_DATA_DIR: dataDir })
  printJson(terminal, { event: 'result', rotated: true })
  printLine(terminal, 'The key is replaced. Links issued before stop working within 2 s.')
}
