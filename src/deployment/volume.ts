// A volume at Beam by its name, and what lies on it.
import { isRecord } from '@infinitetalk/contract'
import { call, callForJson, type Gateway, type Json, strangeAnswer, textIn } from './gateway.ts'

const PATH = '/api/v1/gateway/volumes'
const what = (name: string): string => `the volume "${name}"`

export function volumeRequest(name: string): Json {
  return { name }
}

/** @returns its id, or null when it is not there */
export async function findVolume(
  gateway: Gateway,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const json = await call(gateway, { path: PATH, what: 'the list of volumes', signal })
  const list = Array.isArray(json.volumes) ? json.volumes : []
  const volume = list.find((candidate) => isRecord(candidate) && candidate.name === name)
  return volume === undefined ? null : textIn(gateway, volume, ['id'], what(name))
}

/** One of this name is used as it is. @returns its id */
export async function createVolume(
  gateway: Gateway,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const body = volumeRequest(name)
  const json = await call(gateway, { method: 'POST', path: PATH, body, what: what(name), signal })
  if (!isRecord(json.volume)) throw strangeAnswer(gateway, what(name))
  return textIn(gateway, json.volume, ['id'], what(name))
}

/**
 * Who cannot be told that a file is there uploads it again: every failure of this look is no.
 *
 * @returns the bytes of the file, or null when there is none at this path
 */
export async function sizeOnVolume(
  gateway: Gateway,
  volume: string,
  path: string,
  signal: AbortSignal,
): Promise<number | null> {
  const within = [volume, ...path.split('/')].map(encodeURIComponent).join('/')
  const workspace = await gateway.workspace.id(signal)
  const request = { path: `/volume/${workspace}/ls/${within}`, what: what(volume), signal }
  const list = await callForJson(gateway, request).catch(() => [])
  signal.throwIfAborted()
  const name = path.split('/').at(-1)
  const file = (Array.isArray(list) ? list : []).find(
    (entry) => isRecord(entry) && entry.is_dir !== true && String(entry.path).endsWith(`${name}`),
  )
  // Numbers of 64 bits may come as text.
  const size = Number(isRecord(file) ? file.size : Number.NaN)
  return Number.isFinite(size) ? size : null
}
