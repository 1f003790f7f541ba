// Secrets at Beam: which there are, and those that are made of the caller's own variables. A value is sent and never shown.
import { isRecord } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'
import { callForJson, type Gateway, type Json, strangeAnswer } from './gateway.ts'

export interface FoundSecret {
  readonly name: string
  /** Changes with its value, which beta9 copies into a deployment when that is made. */
  readonly changedAt: string
}

export async function listSecrets(
  gateway: Gateway,
  signal: AbortSignal,
): Promise<readonly FoundSecret[]> {
  const what = 'the list of secrets'
  const path = `/secret/${await gateway.workspace.id(signal)}`
  const json = await callForJson(gateway, { path, what, signal })
  // An empty list of Go is null.
  if (json === null) return []
  if (!Array.isArray(json)) throw strangeAnswer(gateway, what)
  return json.flatMap((secret) => {
    const { name, updated_at: changedAt } = isRecord(secret) ? secret : {}
    return typeof name === 'string' ? [{ name, changedAt: String(changedAt ?? '') }] : []
  })
}

export function secretRequest(name: string, value: string): Json {
  return { name, value }
}

/** Makes it, or gives it another value. @throws AppError `deployment_refused` */
export async function storeSecret(
  gateway: Gateway,
  { name, value, isThere }: { name: string; value: string; isThere: boolean },
  signal: AbortSignal,
): Promise<void> {
  const group = `/secret/${await gateway.workspace.id(signal)}`
  await callForJson(gateway, {
    method: isThere ? 'PATCH' : 'POST',
    path: isThere ? `${group}/${encodeURIComponent(name)}` : group,
    body: secretRequest(name, value),
    what: `the secret ${name}`,
    signal,
  })
}

export function secretMissing(names: readonly string[]): AppError {
  const [first = ''] = names
  const which = names.length === 1 ? `no secret ${first}` : `no secrets ${names.join(', ')}`
  const detail = `Beam has ${which}, and no variable of that name is set here to make it of.`
  return new AppError('deployment_refused', detail)
}
