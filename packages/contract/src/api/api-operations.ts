// All operations by id. The type requires a server to have a handler for each.
import type { z } from 'zod'
import { batchRequestSchema } from '../batch-request.ts'
import { generationRequestSchema } from '../generation-request.ts'
import { DEFAULT_REQUEST_BOUNDS, type RequestBounds } from '../request-bounds.ts'
import { retakeJobRequestSchema } from '../retake-request.ts'
import { AGENT_OPERATIONS } from './agent-operations.ts'
import { batchOperations } from './batch-operations.ts'
import { BEAM_DEPLOYMENT_OPERATIONS } from './beam-deployment-operations.ts'
import { beamOperations } from './beam-operations.ts'
import { CAPTION_OPERATIONS } from './caption-operations.ts'
import { DELIVERY_OPERATIONS } from './delivery-operations.ts'
import { ENGINE_OPERATIONS } from './engine-operations.ts'
import { FILE_OPERATIONS } from './file-operations.ts'
import { HUB_OPERATIONS } from './hub-operations.ts'
import { JOB_CARE_OPERATIONS } from './job-care-operations.ts'
import { jobOperations } from './job-operations.ts'
import { MODEL_OPERATIONS } from './model-operations.ts'
import { PAGE_OPERATIONS } from './page-operations.ts'
import { runpodOperations } from './runpod-operations.ts'
import { simpleOperations } from './simple-operations.ts'
import { STREAM_OPERATIONS } from './stream-operations.ts'
import { UPLOAD_OPERATIONS } from './upload-operations.ts'

export type ApiOperations = ReturnType<typeof apiOperations>
export type OperationId = keyof ApiOperations
/** The parsed query of an operation. */
export type QueryOf<Id extends OperationId> = z.output<ApiOperations[Id]['query']>

export function apiOperations(bounds: RequestBounds = DEFAULT_REQUEST_BOUNDS) {
  const unnamed = generationRequestSchema(bounds)
  // Many operations take it: with a name it is in the OpenAPI document once.
  const request = unnamed.meta({ ...unnamed.meta(), id: 'GenerationRequest' })
  return {
    ...jobOperations(request, retakeJobRequestSchema(bounds)),
    ...JOB_CARE_OPERATIONS,
    ...batchOperations(batchRequestSchema(bounds)),
    ...STREAM_OPERATIONS,
    ...CAPTION_OPERATIONS,
    ...FILE_OPERATIONS,
    ...DELIVERY_OPERATIONS,
    ...UPLOAD_OPERATIONS,
    ...simpleOperations(request),
    ...beamOperations(request),
    ...BEAM_DEPLOYMENT_OPERATIONS,
    ...runpodOperations(request),
    ...ENGINE_OPERATIONS,
    ...HUB_OPERATIONS,
    ...MODEL_OPERATIONS,
    ...AGENT_OPERATIONS,
    ...PAGE_OPERATIONS,
  }
}
