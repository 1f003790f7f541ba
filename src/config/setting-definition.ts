// Defines a setting (environment variable, kind and help), and reads the values of a group of settings.
import type { ParsedValue, SettingType } from './setting-types.ts'

export interface SettingDefinition<Value = unknown> {
  readonly environment: string
  readonly help: string
  readonly secret: boolean
  readonly parse: SettingType<Value>
}

export interface SettingGroup {
  readonly [name: string]: SettingDefinition | SettingGroup
}

type ValueOf<Member> = Member extends SettingDefinition<infer Value> ? Value : ValuesOf<Member>

/** Settings without a default are optional members. */
export type ValuesOf<Group> = {
  readonly [Name in keyof Group as undefined extends ValueOf<Group[Name]> ? never : Name]: ValueOf<
    Group[Name]
  >
} & {
  readonly [Name in keyof Group as undefined extends ValueOf<Group[Name]> ? Name : never]?: ValueOf<
    Group[Name]
  >
}

export function setting<Value>(
  environment: string,
  parse: SettingType<Value>,
  help: string,
): SettingDefinition<Value> {
  return { environment, help, secret: false, parse }
}

export function secret<Value>(
  environment: string,
  parse: SettingType<Value>,
  help: string,
): SettingDefinition<Value> {
  return { environment, help, secret: true, parse }
}

export function isDefinition(
  member: SettingDefinition | SettingGroup,
): member is SettingDefinition {
  return typeof member.parse === 'function'
}

export interface SettingProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** Reads a group of settings. Adds every problem to `problems`; the values are valid only without problems. */
export function parseGroup(
  group: SettingGroup,
  valueAt: (path: readonly string[]) => unknown,
  problems: SettingProblem[],
  parents: readonly string[] = [],
): object {
  const values = Object.entries(group).map(([key, member]) => {
    const path = [...parents, key]
    if (!isDefinition(member)) return [key, parseGroup(member, valueAt, problems, path)]
    const parsed: ParsedValue<unknown> = member.parse(valueAt(path))
    if ('value' in parsed) return [key, parsed.value]
    problems.push({ path, message: parsed.problem })
    return [key, undefined]
  })
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}
