// All ports of the hub's use cases. Each use case names the part that it needs.
import type { GenerationSpec } from '@infinitetalk/contract'
import type { Limits } from '../domain/limits.ts'
import type { Prices } from '../domain/price.ts'
import type { BatchStore } from './ports/batch-store.ts'
import type { BlobReferences, BlobStore } from './ports/blob-store.ts'
import type { Clock, WallClock } from './ports/clock.ts'
import type { DeliveryStore } from './ports/delivery-store.ts'
import type { Dispatch } from './ports/dispatch.ts'
import type { Engines } from './ports/engine.ts'
import type { FaceFinder } from './ports/faces.ts'
import type { FileStore } from './ports/file-store.ts'
import type { FrameStore } from './ports/frame-store.ts'
import type { IdSource } from './ports/id-source.ts'
import type { IdempotencyStore } from './ports/idempotency-store.ts'
import type { JobEvents } from './ports/job-events.ts'
import type { JobSignals } from './ports/job-signals.ts'
import type { JobStore } from './ports/job-store.ts'
import type { KeyStore } from './ports/key-store.ts'
import type { KeyUsageStore } from './ports/key-usage-store.ts'
import type { LinkKeyStore } from './ports/link-key-store.ts'
import type { Media } from './ports/media.ts'
import type { ModelLibrary } from './ports/models.ts'
import type { Observer } from './ports/observer.ts'
import type { OwnerStore } from './ports/owner-store.ts'
import type { Renderer } from './ports/renderer.ts'
import type { OpenSpeech } from './ports/speech.ts'
import type { SpeedStore } from './ports/speed-store.ts'
import type { UnitOfWork } from './ports/unit-of-work.ts'
import type { Webhooks } from './ports/webhooks.ts'
import type { WindowStore } from './ports/window-store.ts'
import type { WorkerStore } from './ports/worker-store.ts'

/** The ports that every change of a job writes to. */
export interface JobWritePorts {
  readonly unitOfWork: UnitOfWork
  readonly jobs: JobStore
  readonly batches: BatchStore
  readonly events: JobEvents
  readonly dispatch: Dispatch
  readonly keyUsage: KeyUsageStore
  readonly deliveries: DeliveryStore
  readonly webhooks: Webhooks
  readonly ids: IdSource
  readonly signals: JobSignals
  readonly observer: Observer
  readonly clock: Clock & WallClock
  readonly limits: Limits
}

export interface BlobPorts {
  readonly unitOfWork: UnitOfWork
  readonly blobs: BlobStore
  readonly references: BlobReferences
}

export interface HoldPorts extends BlobPorts {
  /** The name of this process among those that use the store. */
  readonly owner: string
}

export interface ProgramName {
  /** Its host and process. */
  readonly name: string
  readonly version: string
  readonly startedAtMs: number
}

export interface HubPorts extends JobWritePorts, HoldPorts {
  readonly owners: OwnerStore
  readonly workers: WorkerStore
  readonly frames: FrameStore
  readonly files: FileStore
  readonly idempotency: IdempotencyStore
  readonly speeds: SpeedStore
  readonly windows: WindowStore
  readonly keys: KeyStore
  readonly linkKeys: LinkKeyStore
  readonly media: Media
  readonly faces: FaceFinder
  readonly openSpeech: OpenSpeech
  readonly renderer: Renderer
  readonly engines: Engines
  /** This process, as it names itself to the others of the store. */
  readonly program: ProgramName
  readonly defaultEngine: string | null
  /** Configured prices of an hour of rendering. */
  readonly prices: Prices
  /** @throws AppError with every problem of the request */
  acceptRequest(body: unknown): GenerationSpec
  /** The model files of the ComfyUI engine. @throws AppError `manifest_invalid` */
  openModels(): Promise<ModelLibrary>
  /** Checks the form and the literal address of a URL. @throws AppError `url_*` */
  checkUrl(url: string): void
  /** How long a link to a video works that clients open without the hub; null: the hub sends videos. */
  readonly videoLinkMs: number | null
  /** Clients may send uploads to the bucket for so long; null: they send them to the hub. */
  readonly directUploadMs: number | null
  /** Folders from which a request may name files by path. */
  readonly allowedPathRoots: readonly string[]
  /** Holds the folders of renders and probes; on the same disk as the blobs. */
  readonly workFolder: string
  /** Holds the parts of uploads that resume; on the same disk as the blobs. */
  readonly uploadFolder: string
}
