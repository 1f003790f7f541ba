// A client of one hub. It has no connection to close.
import type {
  BackendList,
  EngineList,
  EstimateResource,
  GenerationRequest,
  JobResource,
  LimitsResource,
  ModelList,
  ModelPullRequest,
  ModelPullResource,
  SpeechRequest,
  StorageResource,
  WorkerList,
  WorkflowList,
} from '@infinitetalk/contract'
import { Batches } from './batches.ts'
import { type ClientOptions, readClientOptions } from './client-options.ts'
import { type CallOptions, Files } from './files.ts'
import { Jobs } from './jobs.ts'
import { apiPath } from './path.ts'
import { type RunInput, type RunOptions, type RunResult, run, sendMedia, videoOf } from './run.ts'
import { SPEECH_MS, speechWaitMs } from './speech-wait.ts'
import { Transport } from './transport.ts'
import type { VideoDownload } from './video-download.ts'
import { Webhooks } from './webhooks.ts'

export interface InfiniteTalkClient {
  readonly jobs: Jobs
  readonly batches: Batches
  readonly files: Files
  readonly webhooks: Webhooks
  /**
   * Makes a video from an image and a voice: uploads the files, submits the job and waits for its end.
   *
   * @throws JobFailedError when the job failed or was canceled; InfiniteTalkError
   */
  run(input: RunInput, options?: RunOptions): Promise<RunResult>
  /** Uploads the inputs that are bytes and returns the body for `jobs.create`. The first part of `run`. */
  sendMedia(
    input: RunInput,
    options?: Pick<RunOptions, 'onProgress' | 'signal'>,
  ): Promise<GenerationRequest>
  /** The video of a succeeded job, else null. The last part of `run`. */
  download(job: JobResource, options?: CallOptions): VideoDownload | null
  /** Estimated time and price of a request. */
  estimate(input: GenerationRequest, options?: CallOptions): Promise<EstimateResource>
  /** The sound that a job with this text would have, as a WAV file. */
  speak(request: SpeechRequest, options?: CallOptions): Promise<Blob>
  /** Limits of the hub. */
  limits(options?: CallOptions): Promise<LimitsResource>
  /** Workflows for the member `workflow` of a request. */
  workflows(options?: CallOptions): Promise<WorkflowList>
  /** Model files of the ComfyUI engine and their state. */
  models(options?: CallOptions): Promise<ModelList>
  /** Starts the download of model files to the hub. Needs an admin key. @throws ConflictError `models_busy` */
  pullModels(request?: ModelPullRequest, options?: CallOptions): Promise<ModelPullResource>
  /** The last pull of the hub and its progress. Needs an admin key. */
  modelPull(options?: CallOptions): Promise<ModelPullResource>
  /** Ends the pull; received bytes stay. Needs an admin key. */
  cancelModelPull(options?: CallOptions): Promise<ModelPullResource>
  /** Storage of the hub. */
  storage(options?: CallOptions): Promise<StorageResource>
  /** Engines and their abilities, best first. */
  engines(options?: CallOptions): Promise<EngineList>
  /** Machines that render, with their health. */
  backends(options?: CallOptions): Promise<BackendList>
  /** Processes that render for the hubs of a shared database. */
  workers(options?: CallOptions): Promise<WorkerList>
}

/**
 * @example
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8787' })
 * const { video } = await client.run({ image, audio })
 * @throws InfiniteTalkError `invalid_argument`
 */
export function createClient(options: ClientOptions): InfiniteTalkClient {
  const transport = new Transport(readClientOptions(options))
  const jobs = new Jobs(transport)
  const files = new Files(transport)
  return {
    jobs,
    batches: new Batches(transport),
    files,
    webhooks: new Webhooks(transport),
    run: (input, options) => run(transport, { files, jobs }, input, options),
    sendMedia: (input, options = {}) => sendMedia(files, input, options),
    download: (job, { signal } = {}) => videoOf(transport, job, signal),
    estimate: (input, { signal } = {}) =>
      transport.json<EstimateResource>({
        method: 'POST',
        target: apiPath`/v1/estimate`,
        json: input,
        waitMs: speechWaitMs(input),
        // The call changes nothing.
        repeatable: true,
        signal,
      }),
    speak: (request, { signal } = {}) =>
      transport.blob({
        method: 'POST',
        target: apiPath`/v1/speech`,
        json: request,
        waitMs: SPEECH_MS,
        // The hub keeps nothing of it.
        repeatable: true,
        signal,
      }),
    limits: ({ signal } = {}) =>
      transport.json<LimitsResource>({
        method: 'GET',
        target: apiPath`/v1/limits`,
        repeatable: true,
        signal,
      }),
    workflows: ({ signal } = {}) =>
      transport.json<WorkflowList>({
        method: 'GET',
        target: apiPath`/v1/workflows`,
        repeatable: true,
        signal,
      }),
    models: ({ signal } = {}) =>
      transport.json<ModelList>({
        method: 'GET',
        target: apiPath`/v1/models`,
        repeatable: true,
        signal,
      }),
    pullModels: (request = {}, { signal } = {}) =>
      transport.json<ModelPullResource>({
        method: 'POST',
        target: apiPath`/v1/models/pull`,
        json: request,
        // A second call would be refused as busy.
        repeatable: false,
        signal,
      }),
    modelPull: ({ signal } = {}) =>
      transport.json<ModelPullResource>({
        method: 'GET',
        target: apiPath`/v1/models/pull`,
        repeatable: true,
        signal,
      }),
    cancelModelPull: ({ signal } = {}) =>
      transport.json<ModelPullResource>({
        method: 'POST',
        target: apiPath`/v1/models/pull/cancel`,
        repeatable: true,
        signal,
      }),
    storage: ({ signal } = {}) =>
      transport.json<StorageResource>({
        method: 'GET',
        target: apiPath`/v1/storage`,
        repeatable: true,
        signal,
      }),
    backends: ({ signal } = {}) =>
      transport.json<BackendList>({
        method: 'GET',
        target: apiPath`/v1/backends`,
        repeatable: true,
        signal,
      }),
    workers: ({ signal } = {}) =>
      transport.json<WorkerList>({
        method: 'GET',
        target: apiPath`/v1/workers`,
        repeatable: true,
        signal,
      }),
    engines: ({ signal } = {}) =>
      transport.json<EngineList>({
        method: 'GET',
        target: apiPath`/v1/engines`,
        repeatable: true,
        signal,
      }),
  }
}
