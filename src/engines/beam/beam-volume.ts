// Inputs that are too large for a request, on a volume of Beam. They are sent to a signed link of its object store or, if that is
// refused, through the gateway, and the task gets a signed link. All are in one folder that is easily emptied by hand.
import { openAsBlob } from 'node:fs'
import { isRecord } from '@infinitetalk/contract/plain'
import { USER_AGENT } from '../../net/user-agent.ts'
import { ask, type CloudAddress, explainAnswer } from '../cloud/cloud-request.ts'
import type { CloudStorage } from '../cloud/cloud-service.ts'
import type { Workspace } from './workspace.ts'

export interface BeamVolumeOptions {
  readonly address: CloudAddress
  readonly workspace: Workspace
  readonly volume: string
}

const FOLDER = 'infinitetalk-inputs'
/** The slowest line that still counts; the timeout of any other request is added. */
const SLOWEST_BYTES_PER_MS = 128
const FIXED_MS = 60_000

export function createBeamVolume({ address, workspace, volume }: BeamVolumeOptions): CloudStorage {
  const pathOf = async (verb: string, name: string, signal: AbortSignal): Promise<string> => {
    const parts = [volume, FOLDER, ...name.split('/')].map(encodeURIComponent)
    return `/volume/${await workspace.id(signal)}/${verb}/${parts.join('/')}`
  }
  const linkTo = async (verb: string, name: string, signal: AbortSignal): Promise<string> => {
    const answer = await ask(address, { path: await pathOf(verb, name, signal), signal })
    const link = answer.status === 200 ? linkIn(answer.json) : null
    if (link !== null) return link
    throw explainAnswer(address, answer, `a link to the volume "${volume}"`)
  }
  return {
    async store(path, name, signal) {
      const body = await openAsBlob(path)
      const timeoutMs = FIXED_MS + Math.ceil(body.size / SLOWEST_BYTES_PER_MS)
      const isThere = await linkTo('generate-upload-url', name, signal).then(
        (link) =>
          putBySignedLink(link, body, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])),
        () => false,
      )
      signal.throwIfAborted()
      if (!isThere) {
        const to = await pathOf('upload', name, signal)
        const answer = await ask(address, { method: 'PUT', path: to, body, signal, timeoutMs })
        if (answer.status >= 300) throw explainAnswer(address, answer, `the volume "${volume}"`)
      }
      return linkTo('generate-download-url', name, signal)
    },
    placeOf: (folder) => `${FOLDER}/${folder} on the volume "${volume}"`,
    async remove(name, signal) {
      const path = await pathOf('rm', name, signal)
      const answer = await ask(address, { method: 'DELETE', path, signal })
      if (answer.status >= 300 && answer.status !== 404) {
        throw explainAnswer(address, answer, `the volume "${volume}"`)
      }
    },
  }
}

/** Without the token: the link leads to an object store. @returns whether the store accepted it */
async function putBySignedLink(link: string, body: Blob, signal: AbortSignal): Promise<boolean> {
  try {
    const headers = { 'user-agent': USER_AGENT }
    const response = await fetch(link, { method: 'PUT', body, headers, redirect: 'error', signal })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** The gateway answers with the bare link, or with an object that holds it. */
function linkIn(json: unknown): string | null {
  const link = isRecord(json) ? (json.url ?? json.presigned_url ?? json.presignedUrl) : json
  return typeof link === 'string' && /^https?:\/\//i.test(link) ? link : null
}
