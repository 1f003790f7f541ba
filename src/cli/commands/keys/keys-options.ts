// The options and sentences that the commands on API keys share.
import type { Invocation, OptionDefinitions } from '../../command.ts'
import type { KeyTools } from '../../services.ts'

export const DATA_DIR_OPTIONS = {
  dataDir: { value: 'FOLDER', help: 'Data folder of the hub (default ./data).' },
} satisfies OptionDefinitions

/** Where the command must run. */
export const WHERE =
  'A running hub notices within 2 s. Run it where the hub runs, or with the same DATABASE_URL.'

export function openKeys({
  options: { dataDir },
  services,
}: Pick<Invocation<typeof DATA_DIR_OPTIONS>, 'options' | 'services'>): Promise<KeyTools> {
  return services.keys(dataDir === undefined ? {} : { INFINITETALK_DATA_DIR: dataDir })
}
