// The public face of the contract: the only file other packages import.

export {
  type ApiOperations,
  apiOperations,
  type OperationId,
  type QueryOf,
} from './api/api-operations.ts'
export { type OpenApiOptions, openApiDocument } from './api/openapi-document.ts'
export type { ApiOperation } from './api/operation.ts'
export { type Base64Check, checkBase64, decodeBase64 } from './base64.ts'
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
export { didYouMean } from './did-you-mean.ts'
export { type EngineList, type EngineResource, engineListSchema } from './engine-resource.ts'
export { ERROR_CODES, type ErrorCode } from './error-codes.ts'
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
  FILE_ID_PATTERN,
  FILE_STATUSES,
  type FileResource,
  type FileStatus,
  fileResourceSchema,
} from './file-resource.ts'
export type { GenerationRequest } from './generation-request.ts'
export {
  COLOR_MATCHES,
  type ColorMatch,
  DEFAULT_PROMPT,
  ENGINE_NAME,
  type Expressiveness,
  type FaceSpec,
  FIT_MODES,
  type FitMode,
  type GenerationSpec,
  INPUT_TYPES,
  type InputType,
  type LoraSpec,
  OPTION_NAMES,
  type OptionName,
  PERSON_COUNTS,
  type PersonCount,
  PRESETS,
  PRIORITIES,
  type Preset,
  type Priority,
  RESOLUTIONS,
  type RelativeBox,
  type Resolution,
  SHORT_VIDEO_MODES,
  type ShortVideoMode,
  SPEAKERS,
  type Speaker,
  type VoiceSpec,
  WEBHOOK_EVENTS,
  type WebhookEvent,
  type WebhookSpec,
} from './generation-spec.ts'
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
export { isRecord } from './is-record.ts'
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
  JOB_LIST_DEFAULT,
  JOB_LIST_MAX,
  type JobList,
  type JobListQuery,
  jobListQuerySchema,
  jobListSchema,
} from './job-list.ts'
export {
  JOB_ID_PATTERN,
  JOB_STATUSES,
  type JobErrorResource,
  type JobOutputResource,
  type JobResource,
  type JobStatus,
  type JobTimingsResource,
  jobResourceSchema,
  type SourceResource,
  STEP_UNITS,
  type StepResource,
  type StepUnit,
  type VideoResource,
} from './job-resource.ts'
export {
  ALL_MODELS_SET,
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
export { MODEL_STATES, type ModelList, type ModelState, modelListSchema } from './model-resource.ts'
export {
  createGenerationRequestParser,
  type GenerationRequestParser,
  type GenerationRequestResult,
} from './parse-generation-request.ts'
export { parseQuery, type QueryResult } from './parse-query.ts'
export { PROBLEM_CONTENT_TYPE, type Problem, problemSchema } from './problem.ts'
export type { RequestProblem, RequestProblemCode } from './problems.ts'
export { STAGES, type Stage } from './progress.ts'
export { DEFAULT_REQUEST_BOUNDS, type RequestBounds } from './request-bounds.ts'
export { generationRequestJsonSchema, type JsonSchema } from './request-json-schema.ts'
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
export {
  type SimpleTask,
  type SimpleTaskStatus,
  simpleTaskSchema,
  simpleTaskStatusSchema,
  simpleVideoSchema,
} from './simple-resource.ts'
export type { Source, SourceKind } from './source.ts'
