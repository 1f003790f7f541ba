// `infinitetalk links rotate`: ends every signed link that a hub has given out.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'

export const rotateLinksCommand: CommandDefinition = {
  description:
    'Replaces the key with which a hub signs links. Links that were given out stop working within two seconds; the hub may run ' +
    'meanwhile, and a job that is read again shows a new link. Run it where the hub runs, or with the same DATABASE_URL.',
  positionals: [],
  options: [
    { name: 'data-dir', value: 'FOLDER', help: 'Data folder of the hub (default ./data).' },
  ],
  examples: [
    'infinitetalk links rotate',
    'infinitetalk links rotate --data-dir /var/lib/infinitetalk',
  ],
  run: runRotate,
}

async function runRotate({ arguments: given, terminal, services }: Invocation): Promise<void> {
  const dataDir = given.text('data-dir')
  await services.rotateLinkKey(dataDir === undefined ? {} : { INFINITETALK_DATA_DIR: dataDir })
  printJson(terminal, { event: 'result', rotated: true })
  printLine(terminal, 'The key is replaced. Links that were given out stop working within 2 s.')
}
