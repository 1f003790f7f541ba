// The deployments of Beam. Beam's client for JavaScript looks a deployment up before it submits.
import {
  type BeamDeployment,
  beamDeploymentListSchema,
  beamDeploymentQuerySchema,
  beamDeploymentSchema,
} from '../beam-deployment.ts'
import { noQuerySchema } from '../http-queries.ts'
import { jsonContent, operation } from './operation.ts'

const EXAMPLE: BeamDeployment = {
  id: 'taskqueue-talk',
  external_id: 'taskqueue-talk',
  name: 'talk',
  active: true,
  version: 1,
  stub_type: 'taskqueue/deployment',
  stubType: 'taskqueue/deployment',
  stub_id: 'infinitetalk',
}

export const BEAM_DEPLOYMENT_OPERATIONS = {
  beamListDeployments: operation({
    method: 'GET',
    path: '/api/v1/deployment/{workspace}',
    tag: 'beam',
    summary: 'List deployments',
    description: 'The hub has one queue and one endpoint, under any name.',
    query: beamDeploymentQuerySchema,
    responses: {
      200: {
        description: 'The deployments of the given stub type.',
        content: jsonContent(beamDeploymentListSchema, { data: [EXAMPLE], next: '' }),
      },
    },
  }),
  beamGetDeployment: operation({
    method: 'GET',
    path: '/api/v1/deployment/{workspace}/{deployment_id}',
    tag: 'beam',
    summary: 'Read a deployment',
    description: 'The hub as a deployment of Beam.',
    query: noQuerySchema,
    responses: {
      200: { description: 'The deployment.', content: jsonContent(beamDeploymentSchema, EXAMPLE) },
    },
  }),
}
