// Removes secrets from the configuration and the environment: the settings that the schema marks as secret, and a user name and
// password inside a URL. A process that decodes strangers' files gets only the rest.
import type { Config } from './config-schema.ts'
import { isGroup, listSettings } from './settings.ts'

const CREDENTIALS_IN_URL = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i

/** The same settings without the secret ones. */
export function withoutSecrets(config: Config): Config {
  const secrets = new Set(listSettings().flatMap(({ secret, name }) => (secret ? [name] : [])))
  // Every secret setting is optional: none has a default.
  return withoutSecretsOf(config, [], secrets) as Config
}

/** The environment without the variables of secret settings. */
export function withoutSecretVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const secrets = new Set(
    listSettings().flatMap(({ secret, environment }) => (secret ? [environment] : [])),
  )
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secrets.has(name)))
}

/** A URL without user name and password. */
export function hideCredentials(text: string): string {
  return text.replace(CREDENTIALS_IN_URL, '$1********@')
}

function withoutSecretsOf(
  group: Readonly<Record<string, unknown>>,
  parents: readonly string[],
  secrets: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(group).flatMap(([key, value]) => {
    const path = [...parents, key]
    if (secrets.has(path.join('.'))) return []
    if (isGroup(value)) return [[key, withoutSecretsOf(value, path, secrets)] as const]
    return [[key, withoutCredentials(value)] as const]
  })
  return Object.fromEntries(kept)
}

/** A value of a setting; every item of a list. */
function withoutCredentials(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCredentials)
  return typeof value === 'string' ? value.replace(CREDENTIALS_IN_URL, '$1') : value
}
