// The settings as a flat list, the groups (limits, fetch) opened: the way every reader but the parser wants them.
import { z } from 'zod'
import { configSchema } from './config-schema.ts'

export interface Setting {
  /** Where it is in the configuration and in its file, e.g. `['limits', 'imageMaxBytes']`. */
  readonly path: readonly string[]
  /** The same as text, e.g. `limits.imageMaxBytes`. */
  readonly name: string
  readonly environment: string
  readonly help: string
  readonly secret: boolean
}

export function listSettings(): readonly Setting[] {
  return settingsOf(configSchema, [])
}

function settingsOf(group: z.ZodObject, parents: readonly string[]): readonly Setting[] {
  return Object.entries(group.shape).flatMap(([key, schema]) => {
    const path = [...parents, key]
    const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema
    return inner instanceof z.ZodObject ? settingsOf(inner, path) : [settingOf(path, inner)]
  })
}

function settingOf(path: readonly string[], schema: z.core.$ZodType): Setting {
  const { environment, description = '', secret } = z.globalRegistry.get(schema) ?? {}
  return {
    path,
    name: path.join('.'),
    environment: String(environment),
    help: description,
    secret: secret === true,
  }
}

/** The value at a path of nested objects, or undefined where there is none. */
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
