// Describes the effective configuration for people: each setting, its value and where the value comes from, with secrets masked.
// `infinitetalk config` prints it, and docs/reference/config.md is generated from it.
import type { Config } from './config-schema.ts'
import { type ConfigSources, environmentValue } from './load-config.ts'
import { listSettings, type Setting, valueAt } from './settings.ts'
import { hideCredentials } from './without-secrets.ts'

export interface SettingRow {
  /** The key in the configuration file, e.g. `limits.imageMaxBytes`. */
  readonly name: string
  readonly environment: string
  /** As text: masked for a secret, empty when it is not set. */
  readonly value: string
  readonly origin: 'default' | 'environment' | 'file'
  readonly help: string
}

const MASK = '********'

/** @param sources the environment and the file that `config` was loaded from */
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
