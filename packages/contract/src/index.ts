// The public face of the contract. Other packages import this file, or plain.ts for what needs no schema.

export type { AllowanceResource } from './allowance-resource.ts'
export {
  type ApiOperations,
  apiOperations,
  type OperationId,
  type QueryOf,
} from './api/api-operations.ts'
export { type OpenApiOptions, openApiDocument } from './api/openapi-document.ts'
export { type ApiOperation, pathsOf } from './api/operation.ts'
export {
  BACKEND_STATES,
  type BackendList,
  type BackendResource,
  type BackendState,
  backendListSchema,
} from './backend-resource.ts'
export { type BatchRequest, batchRequestSchema } from './batch-request.ts'
export type {
  BatchList,
  BatchResource,
  BatchSummary,
} from './batch-resource.ts'
export {
  BEAM_STUB_TYPES,
  type BeamDeployment,
  type BeamDeploymentList,
  type BeamDeploymentQuery,
  type BeamStubType,
} from './beam-deployment.ts'
export {
  BEAM_TASK_STATUSES,
  type BeamStopped,
  type BeamTask,
  type BeamTaskList,
  type BeamTaskStatus,
  type BeamWorkspace,
  beamCancelRequestSchema,
  beamStopRequestSchema,
  beamTaskSchema,
} from './beam-resource.ts'
export { type ChangeJobRequest, changeJobRequestSchema } from './change-job-request.ts'
export {
  type DeliveryList,
  type DeliveryResource,
  deliveryListSchema,
  deliveryResourceSchema,
  type WebhookPayload,
  type WebhookSecrets,
  webhookPayloadSchema,
} from './delivery-resource.ts'
export { type EngineList, type EngineResource, engineListSchema } from './engine-resource.ts'
export { type EstimateResource, estimateResourceSchema } from './estimate-resource.ts'
export {
  FACE_REFUSALS,
  type FaceList,
  faceListSchema,
  type ListFacesRequest,
  listFacesRequestSchema,
} from './face-resource.ts'
export {
  type CreateFileRequest,
  createFileRequestSchema,
  FILE_STATUSES,
  type FileResource,
  type FileStatus,
  fileResourceSchema,
} from './file-resource.ts'
export type { GenerationRequest } from './generation-request.ts'
export {
  eventsQuerySchema,
  jobQuerySchema,
  noQuerySchema,
  simpleQuerySchema,
  videoQuerySchema,
  WAIT_MAX_S,
} from './http-queries.ts'
export {
  type LimitsResource,
  type LivenessResource,
  limitsResourceSchema,
  livenessResourceSchema,
  type ReadinessResource,
  readinessResourceSchema,
  type StorageResource,
  storageResourceSchema,
  type WorkflowList,
  workflowListSchema,
} from './hub-resource.ts'
export {
  FINAL_EVENT_TYPES,
  isFinalEvent,
  JOB_EVENT_TYPES,
  type JobEventResource,
  type JobEventType,
  jobEventResourceSchema,
  REQUEUE_REASONS,
  type RequeueReason,
  STREAM_END,
} from './job-event.ts'
export {
  type JobList,
  type JobListQuery,
  jobListQuerySchema,
  jobListSchema,
} from './job-list.ts'
export {
  type JobErrorResource,
  type JobOutputResource,
  type JobResource,
  type JobTimingsResource,
  jobResourceSchema,
  type SourceResource,
  type StepResource,
  type VideoResource,
} from './job-resource.ts'
export {
  MCP_WAIT_MAX_S,
  type McpJob,
  type McpRequest,
  mcpJobListSchema,
  mcpJobSchema,
  mcpToolSchemas,
} from './mcp-tools.ts'
export { MEMORY_REMEDIES, type MemoryRemedy } from './memory-step.ts'
export { METADATA_MAX_KEYS } from './metadata-bounds.ts'
export {
  ALL_MODELS_SET,
  DEFAULT_MODELS_SET,
  GRAPH_NAMES,
  type ManifestResult,
  MODEL_ROLES,
  type ModelEntry,
  type ModelManifest,
  type ModelRole,
  type ModelSource,
  modelManifestSchema,
  parseModelManifest,
} from './model-manifest.ts'
export {
  type ModelPullRequest,
  type ModelPullResource,
  modelPullRequestSchema,
} from './model-pull-resource.ts'
export { MODEL_STATES, type ModelList, type ModelState, modelListSchema } from './model-resource.ts'
export {
  createGenerationRequestParser,
  type GenerationRequestParser,
  type GenerationRequestResult,
} from './parse-generation-request.ts'
export { parseQuery, type QueryResult } from './parse-query.ts'
export * from './plain.ts'
export { PROBLEM_CONTENT_TYPE, type Problem, problemSchema } from './problem.ts'
export type { RequestProblem, RequestProblemCode } from './problems.ts'
export { generationRequestJsonSchema, type JsonSchema } from './request-json-schema.ts'
export { type RetakeJobRequest, retakeJobRequestSchema } from './retake-request.ts'
export { type RetryJobRequest, retryJobRequestSchema } from './retry-request.ts'
export {
  RUNPOD_STATUSES,
  type RunpodHealth,
  type RunpodJob,
  type RunpodPurged,
  type RunpodStatus,
  type RunpodStream,
  runpodEnvelopeSchema,
} from './runpod-resource.ts'
export { readScript } from './script.ts'
export {
  type SimpleTask,
  type SimpleTaskStatus,
  simpleTaskSchema,
  simpleTaskStatusSchema,
  simpleVideoSchema,
} from './simple-resource.ts'
export type { Source, SourceKind } from './source.ts'
export { type SpeechRequest, speechRequestSchema } from './speech-request.ts'
export { type WorkerList, type WorkerResource, workerListSchema } from './worker-resource.ts'
