// What the HTTP side is given: the hub it speaks for, where it listens, who may call, and whom it tells.
import type { Hub } from '../app/hub.ts'
import type { Clock, WallClock } from '../app/ports/clock.ts'
import type { Observer } from '../app/ports/observer.ts'

export interface HttpOptions {
  readonly hub: Hub
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Under which others reach the hub; null: as they call it. */
  readonly publicUrl: string | null
  /** Origins beside the hub's own whose pages may change something. */
  readonly allowedOrigins: readonly string[]
  /** `name:key` or `name:sha256:HEX`; none: only this machine may call. */
  readonly apiKeys: readonly string[]
  /** Where a video goes for which a client of RunPod asked a network volume; it need not be there. */
  readonly volumeDir: string
  readonly version: string
  readonly observer: Observer
  readonly metrics: MetricsText
  readonly clock: Clock & WallClock
  /** Cannot be guessed, e.g. `req_` and a UUID. */
  newRequestId(): string
}

/** The measurements as Prometheus reads them. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

export interface HttpServer {
  /** @returns the URL it listens on @throws AppError `config_invalid`, `port_busy` */
  listen(): Promise<string>
  /** No new connections; open answers may end within `graceMs`, streams and waits end at once. */
  close(graceMs: number): Promise<void>
}
