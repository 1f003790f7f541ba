// Lists all settings flat, with the groups (limits, fetch) opened, for every reader except the parser.
import { SETTINGS } from './config-schema.ts'
import { isDefinition, type SettingGroup } from './setting-definition.ts'

export interface Setting {
  /** Its place in the configuration and in the file, e.g. `['limits', 'imageMaxBytes']`. */
  readonly path: readonly string[]
  /** The same as text, e.g. `limits.imageMaxBytes`. */
  readonly name: string
  readonly environment: string
  readonly help: string
  readonly secret: boolean
}

export function listSettings(): readonly Setting[] {
  return settingsOf(SETTINGS, [])
}

function settingsOf(group: SettingGroup, parents: readonly string[]): readonly Setting[] {
  return Object.entries(group).flatMap(([key, member]) => {
    const path = [...parents, key]
    if (!isDefinition(member)) return settingsOf(member, path)
    const { environment, help, secret } = member
    return [{ path, name: path.join('.'), environment, help, secret }]
  })
}

/** The value at a path of nested objects; undefined when there is none. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  let value = tree
  for (const key of path) {
    if (!isGroup(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
