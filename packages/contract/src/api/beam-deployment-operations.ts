// How clients of Beam look a deployment up: its own client for JavaScript can submit only through one that it was given.
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
    description: 'There is one queue and one endpoint, under any name that is asked for.',
    query: beamDeploymentQuerySchema,
    responses: {
      200: {
        description: 'Those of the stub type that is asked for.',
        content: jsonContent(beamDeploymentListSchema, { data: [EXAMPLE], next: '' }),
      },
    },
  }),
  beamGetDeployment: operation({
    method: 'GET',
    path: '/api/v1/deployment/{workspace}/{deployment_id}',
    tag: 'beam',
    summary: 'Read a deployment',
    query: noQuerySchema,
    responses: {
      200: { description: 'The deployment.', content: jsonContent(beamDeploymentSchema, EXAMPLE) },
    },
  }),
}
