// The effective configuration for people: what each setting is, where its value comes from, and no secret among them.
// `infinitetalk config` prints it and docs/reference/config.md is made from it.
import type { Config } from './config-schema.ts'
import { type ConfigSources, environmentValue } from './load-config.ts'
import { listSettings, type Setting, valueAt } from './settings.ts'
import { hideCredentials } from './without-secrets.ts'

export interface SettingRow {
  /** The key in the configuration file, e.g. `limits.imageMaxBytes`. */
  readonly name: string
  readonly environment: string
  /** As text; a secret is masked, what is not set is empty. */
  readonly value: string
  readonly origin: 'default' | 'environment' | 'file'
  readonly help: string
}

const MASK = '********'

/** @param sources what `config` was loaded from */
export function describeConfig(config: Config, sources: ConfigSources): readonly SettingRow[] {
  return listSettings().map((setting) => ({
    name: setting.name,
    environment: setting.environment,
    value: displayValue(setting, valueAt(config, setting.path)),
    origin: originOf(setting, sources),
    help: setting.help,
  }))
}

function displayValue(setting: Setting, value: unknown): string {
  if (value === undefined) return ''
  if (setting.secret) return MASK
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.map((item) => hideCredentials(String(item))).join(',')
}

function originOf(setting: Setting, sources: ConfigSources): SettingRow['origin'] {
  if (environmentValue(setting, sources) !== undefined) return 'environment'
  return valueAt(sources.file, setting.path) === undefined ? 'default' : 'file'
}
