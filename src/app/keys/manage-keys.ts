// Makes, replaces and revokes API keys in a store. Running hubs notice within seconds. Signed links end with a key that is
// replaced or revoked.
import { createHash } from 'node:crypto'
import type { ApiKey } from '../../domain/api-key.ts'
import { AppError } from '../../domain/errors.ts'
import { type KeyRules, NO_RULES } from '../../domain/key-rules.ts'
import type { HubPorts } from '../hub-ports.ts'
import { rotateLinkKey } from '../link-key.ts'

export interface ManageKeysPorts
  extends Pick<HubPorts, 'unitOfWork' | 'keys' | 'linkKeys' | 'ids'> {
  nowMs(): number
}

/** Names that the hub uses itself as owners of jobs. */
const RESERVED = ['anonymous', 'runner']
const NAME = /^[A-Za-z0-9_.-]{1,64}$/
/** Marks a secret of this product for scanners that look for leaked ones. */
const PREFIX = 'itk_'

export interface NewKey {
  readonly name: string
  readonly isAdmin: boolean
  /** The others have their defaults. */
  readonly rules?: Partial<KeyRules>
  /** The keys in the configuration of the hub, which are admin keys. */
  readonly configuredNames: readonly string[]
}

/** @returns the secret, which is kept nowhere @throws AppError `invalid_request`, `key_exists` */
export async function createKey(
  { name, isAdmin, rules: given, configuredNames }: NewKey,
  ports: ManageKeysPorts,
): Promise<string> {
  if (!NAME.test(name) || RESERVED.includes(name)) {
    const detail = `"${name.slice(0, 80)}" cannot name a key: use 1 to 64 letters, digits and _ . -, and not ${RESERVED.join(' or ')}.`
    throw new AppError('invalid_request', detail)
  }
  if (configuredNames.includes(name)) {
    throw new AppError(
      'key_exists',
      `The configuration has a key "${name}" (INFINITETALK_API_KEYS).`,
    )
  }
  const secret = newSecret(ports)
  // A high priority passes all waiting jobs of others, so it is given on purpose only.
  const maxPriority = isAdmin ? 'high' : 'normal'
  const rules: KeyRules = { ...NO_RULES, maxPriority, ...given }
  const createdAtMs = ports.nowMs()
  const key = { name, hash: hashOf(secret), isAdmin, rules, createdAtMs, revokedAtMs: null }
  const isNew = await ports.unitOfWork.write(async (tx) => {
    const valid = (await ports.keys.list(tx)).filter(({ revokedAtMs }) => revokedAtMs === null)
    // From the first key on the hub rejects calls without one. Nobody could see the jobs that exist.
    if (valid.length === 0 && !isAdmin && configuredNames.length === 0) {
      throw new AppError('invalid_request', 'The first key must be an admin key: add --admin.')
    }
    return ports.keys.insert(tx, key)
  })
  if (!isNew) throw new AppError('key_exists', `There is, or was, a key "${name}".`)
  return secret
}

/** @returns all rules of the key @throws AppError `key_not_found` */
export async function setKeyRules(
  name: string,
  changes: Partial<KeyRules>,
  { unitOfWork, keys }: ManageKeysPorts,
): Promise<KeyRules> {
  return unitOfWork.write(async (tx) => {
    const key = (await keys.list(tx)).find((known) => known.name === name)
    const rules = { ...NO_RULES, ...key?.rules, ...changes }
    if (!(await keys.setRules(tx, name, rules))) throw notFound(name)
    return rules
  })
}

/** The old secret stops working. @returns the new one @throws AppError `key_not_found` */
export async function rotateKey(name: string, ports: ManageKeysPorts): Promise<string> {
  const secret = newSecret(ports)
  const found = await ports.unitOfWork.write((tx) =>
    ports.keys.replaceHash(tx, name, hashOf(secret)),
  )
  if (!found) throw notFound(name)
  await rotateLinkKey(ports)
  return secret
}

/** @throws AppError `key_not_found`, `last_admin_key` */
export async function revokeKey(name: string, ports: ManageKeysPorts): Promise<void> {
  await ports.unitOfWork.write(async (tx) => {
    const valid = (await ports.keys.list(tx)).filter(({ revokedAtMs }) => revokedAtMs === null)
    const admins = valid.filter((key) => key.isAdmin)
    const isLastAdmin = admins.length === 1 && admins[0]?.name === name
    if (isLastAdmin && valid.length > 1) {
      throw new AppError('last_admin_key', `"${name}" is the last admin key.`)
    }
    if (!(await ports.keys.revoke(tx, name, ports.nowMs()))) throw notFound(name)
  })
  await rotateLinkKey(ports)
}

export function listKeys({
  unitOfWork,
  keys,
}: Pick<HubPorts, 'unitOfWork' | 'keys'>): Promise<readonly ApiKey[]> {
  return unitOfWork.read((tx) => keys.list(tx))
}

function newSecret({ ids }: ManageKeysPorts): string {
  return `${PREFIX}${ids.newSecret()}`
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

function notFound(name: string): AppError {
  return new AppError('key_not_found', `There is no valid key "${name.slice(0, 80)}".`)
}
