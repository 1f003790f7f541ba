// The words that the commands on API keys have in common.
import type { Invocation, OptionDefinition } from '../../command.ts'
import type { KeyTools } from '../../services.ts'

export const DATA_DIR_OPTION: OptionDefinition = {
  name: 'data-dir',
  value: 'FOLDER',
  help: 'Data folder of the hub (default ./data).',
}

/** Where the command must run. */
export const WHERE =
  'A running hub notices within two seconds. Run it where the hub runs, or with the same DATABASE_URL.'

export function openKeys({ arguments: given, services }: Invocation): Promise<KeyTools> {
  const dataDir = given.text('data-dir')
  return services.keys(dataDir === undefined ? {} : { INFINITETALK_DATA_DIR: dataDir })
}
