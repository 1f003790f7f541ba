// A deployment as the gateway of Beam lists it, for clients that look one up before they call it. A hub has one queue and one
// endpoint under any name, so the answer has the requested name.
import { z } from 'zod'

export const BEAM_STUB_TYPES = ['taskqueue/deployment', 'endpoint/deployment'] as const
export type BeamStubType = (typeof BEAM_STUB_TYPES)[number]

const stubType = z.enum(BEAM_STUB_TYPES)

export const beamDeploymentSchema = z
  .strictObject({
    id: z.string(),
    external_id: z.string(),
    name: z.string(),
    active: z.literal(true),
    version: z.int().min(-1).describe('Version; -1 is the latest.'),
    stub_type: stubType,
    stubType: stubType.describe("The same, as Beam's own client for JavaScript reads it."),
    stub_id: z.string(),
  })
  .meta({ id: 'BeamDeployment', title: 'BeamDeployment' })

export const beamDeploymentListSchema = z
  .strictObject({ data: z.array(beamDeploymentSchema), next: z.literal('') })
  .meta({ id: 'BeamDeploymentList' })

/** Clients send all filters they know, some as the text "undefined". */
const filter = z
  .string()
  .max(200)
  .transform((text) => (text === '' || text === 'undefined' ? undefined : text))
  .optional()

export const beamDeploymentQuerySchema = z.looseObject({
  name: filter.describe('Name of the deployment; any name works.'),
  subdomain: filter.describe("The first label of a deployment's host, read as its name."),
  stub_type: filter.describe(`${BEAM_STUB_TYPES.join(' or ')}; others have no deployment.`),
  version: filter.describe('Version: latest, v3 or 3.'),
})

export type BeamDeployment = z.output<typeof beamDeploymentSchema>
export type BeamDeploymentList = z.output<typeof beamDeploymentListSchema>
export type BeamDeploymentQuery = z.output<typeof beamDeploymentQuerySchema>
