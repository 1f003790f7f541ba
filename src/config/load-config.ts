// Parses the configuration once, at the start: the environment overrides the file, the file the defaults. It is pure: its caller
// passes the environment and the file. It reports all problems at once, so nobody corrects one setting to learn of the next.
import { AppError } from '../domain/errors.ts'
import { type Config, SETTINGS } from './config-schema.ts'
import { crossedBounds } from './crossed-bounds.ts'
import { incompleteBucket } from './s3-settings.ts'
import { parseGroup, type SettingProblem } from './setting-definition.ts'
import { listSettings, type Setting, valueAt } from './settings.ts'
import { unknownFileKeys, unknownVariables } from './unknown-settings.ts'

export type { Config } from './config-schema.ts'

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The content of the configuration file, from readConfigFile(). */
  readonly file?: Readonly<Record<string, unknown>> | null
}

interface GivenValue {
  readonly setting: Setting
  readonly value: unknown
  /** The variable, or the key of the file, as its author wrote it. */
  readonly givenAs: string
}

/** @throws AppError `config_invalid` with every problem in its detail, and one by one in `meta.problems` */
export function loadConfig(sources: ConfigSources): Config {
  const settings = listSettings()
  const given = settings.flatMap((setting) => givenValue(setting, sources))
  const tree = nest(given)
  const wrong: SettingProblem[] = []
  const config = parseGroup(SETTINGS, (path) => valueAt(tree, path), wrong) as Config
  const problems = [
    ...unknownVariables(settings, Object.keys(sources.env)),
    ...unknownFileKeys(settings, sources.file ?? {}),
    ...wrong.map(({ path, message }) => describe(path, message, given)),
    ...(wrong.length === 0
      ? [
          ...crossedBounds(config.limits),
          ...incompleteBucket(config.s3),
          ...idleFramesFolder(config),
        ]
      : []),
  ]
  if (problems.length === 0) return withOneJobPerComfyui(config, given)
  throw new AppError('config_invalid', problems.join(' '), { meta: { problems } })
}

function idleFramesFolder({ comfyuiFramesDir, comfyuiUrl, comfyuiDir }: Config): string[] {
  if (comfyuiFramesDir === undefined || comfyuiUrl !== undefined || comfyuiDir !== undefined)
    return []
  return [
    'COMFYUI_FRAMES_DIR has no effect without COMFYUI_URL or COMFYUI_DIR. Set one, or unset it.',
  ]
}

/** Several ComfyUIs render as many jobs at a time, unless the setting says otherwise. */
function withOneJobPerComfyui(config: Config, given: readonly GivenValue[]): Config {
  const { limits, comfyuiUrl = [], comfyuiGpus = [], comfyApiUrl } = config
  const machines =
    Math.max(comfyuiUrl.length, comfyuiGpus.length) + (comfyApiUrl === undefined ? 0 : 1)
  const isSet = given.some(({ setting }) => setting.path.at(-1) === 'renderMaxParallel')
  if (isSet || machines <= limits.renderMaxParallel) return config
  return { ...config, limits: { ...limits, renderMaxParallel: machines } }
}

/** The text of a setting's variable. An empty one counts as absent, as `NAME=` in a compose file means. */
export function environmentValue(setting: Setting, { env }: ConfigSources): string | undefined {
  return env[setting.environment]?.trim() || undefined
}

function givenValue(setting: Setting, sources: ConfigSources): GivenValue[] {
  const fromEnvironment = environmentValue(setting, sources)
  if (fromEnvironment !== undefined) {
    return [{ setting, value: fromEnvironment, givenAs: setting.environment }]
  }
  const value = valueAt(sources.file, setting.path)
  return value === undefined ? [] : [{ setting, value, givenAs: `"${setting.name}" in the file` }]
}

function nest(given: readonly GivenValue[]): object {
  const root: Record<string, unknown> = {}
  for (const { setting, value } of given) {
    let owner = root
    for (const key of setting.path.slice(0, -1)) {
      owner[key] ??= {}
      owner = owner[key] as Record<string, unknown>
    }
    owner[setting.path.at(-1)!] = value
  }
  return root
}

/** Without the value, which may be a secret. */
function describe(path: readonly string[], message: string, given: readonly GivenValue[]): string {
  const match = given.find(({ setting }) => setting.path.every((key, depth) => path[depth] === key))
  return `${match?.givenAs ?? path.join('.')} ${message}.`
}
