// The deployments of Beam's gateway: the queue and the endpoint of the hub under any name. The id of a deployment holds its
// kind and name, so nothing is stored.
import {
  BEAM_STUB_TYPES,
  type BeamDeployment,
  type BeamDeploymentList,
  type BeamStubType,
} from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import { pathParameter } from '../exchange.ts'
import type { Handlers } from '../handlers.ts'
import { STUB } from './beam-task.ts'

const DEFAULT_NAME = 'infinitetalk'
/** Names that are valid in the path of a call. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/
const ID = /^(taskqueue|endpoint)-(.+)$/
/** Number for the latest version. */
const LATEST = -1

export const BEAM_DEPLOYMENT_HANDLERS: Handlers<'beamListDeployments' | 'beamGetDeployment'> = {
  async beamListDeployments({ query, reply }) {
    const name = query.name ?? query.subdomain ?? DEFAULT_NAME
    const version = versionOf(query.version)
    const types = BEAM_STUB_TYPES.filter((type) => (query.stub_type ?? type) === type)
    const isThere = NAME.test(name) && version !== null
    const list: BeamDeploymentList = {
      data: isThere ? types.map((type) => deployment(type, name, version)) : [],
      next: '',
    }
    return reply.header('cache-control', 'no-cache').send(list)
  },

  async beamGetDeployment(exchange) {
    const id = pathParameter(exchange, 'deployment_id')
    const [, kind, name = ''] = ID.exec(id) ?? []
    if (kind === undefined || !NAME.test(name)) {
      throw new AppError('route_not_found', `There is no deployment "${id.slice(0, 80)}".`)
    }
    const found = deployment(kind === 'endpoint' ? BEAM_STUB_TYPES[1] : BEAM_STUB_TYPES[0], name, 1)
    return exchange.reply.header('cache-control', 'no-cache').send(found)
  },
}

/** Parses `v3`, `3` or `latest`; null for other texts. */
function versionOf(text: string | undefined): number | null {
  if (text === undefined) return 1
  if (text === 'latest') return LATEST
  const [, digits] = /^v?(\d{1,9})$/.exec(text) ?? []
  return digits === undefined ? null : Number(digits)
}

function deployment(type: BeamStubType, name: string, version: number): BeamDeployment {
  const id = `${type.split('/')[0]}-${name}`
  return {
    id,
    external_id: id,
    name,
    active: true,
    version,
    stub_type: type,
    stubType: type,
    stub_id: STUB.id,
  }
}
