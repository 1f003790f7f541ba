// The public interface of the client. All other exports may change between releases.

export type {
  BackendList,
  BatchList,
  BatchRequest,
  BatchResource,
  DeliveryList,
  DeliveryResource,
  EngineList,
  ErrorCode,
  EstimateResource,
  FaceList,
  FileResource,
  GenerationRequest,
  JobEventResource,
  JobList,
  JobResource,
  JobStatus,
  LimitsResource,
  ModelList,
  Problem,
  StorageResource,
  WebhookPayload,
  WorkerList,
  WorkflowList,
} from '@infinitetalk/contract'
export type {
  BatchArchive,
  Batches,
  CreateBatchOptions,
  ListBatchesOptions,
  WaitForBatchOptions,
} from './batches.ts'
export type { ClientOptions } from './client-options.ts'
export { createClient, type InfiniteTalkClient } from './create-client.ts'
export {
  AbortedError,
  type AnyErrorCode,
  ApiError,
  AuthenticationError,
  BadRequestError,
  CLIENT_ERROR_CODES,
  type ClientErrorCode,
  ConflictError,
  ConnectionError,
  InfiniteTalkError,
  NotFoundError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnprocessableEntityError,
} from './errors.ts'
export type { CallOptions, Files, UploadOptions } from './files.ts'
export type { EventsOptions } from './job-events.ts'
export type { JobProgress, QueuedProgress, RunningProgress } from './job-progress.ts'
export type {
  CreateJobOptions,
  GetJobOptions,
  Jobs,
  ListJobsOptions,
  RetakeJobOptions,
  RetryJobOptions,
} from './jobs.ts'
export { describeMemoryStep, type MemoryStepResource } from './memory-words.ts'
export {
  JobFailedError,
  type LocalVoice,
  type MediaName,
  type RunInput,
  type RunOptions,
  type RunProgress,
  type RunResult,
  type UploadPhase,
} from './run.ts'
export type { UploadContent, UploadProgress } from './upload-body.ts'
export type { VideoAnswer, VideoOptions } from './video-answer.ts'
export type { VideoDownload } from './video-download.ts'
export type { VideoStream } from './video-stream.ts'
export { hasEnded, type WaitOptions } from './wait-for-job.ts'
export {
  type ListDeliveriesOptions,
  type UnwrapOptions,
  type UnwrappedWebhook,
  unwrapWebhook,
  type WebhookHeaders,
  type Webhooks,
} from './webhooks.ts'
