// The options of the HTTP server.
import type { Hub } from '../app/hub.ts'
import type { Clock, WallClock } from '../app/ports/clock.ts'
import type { Observer } from '../app/ports/observer.ts'

export interface HttpOptions {
  readonly hub: Hub
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** URL of the hub for callers; null: derived from each request. */
  readonly publicUrl: string | null
  /** Origins, beside the hub's own, whose pages may change data. */
  readonly allowedOrigins: readonly string[]
  /** `name:key` or `name:sha256:HEX`; empty: only this machine may call. */
  readonly apiKeys: readonly string[]
  /** Folder for videos of requests with `network_volume`; it may be missing. */
  readonly volumeDir: string
  /** Folder for the parts of uploads that resume. */
  readonly uploadFolder: string
  /** Where links to videos lead, besides the hub; null: nowhere. */
  readonly mediaOrigin: string | null
  readonly version: string
  readonly observer: Observer
  readonly metrics: MetricsText
  readonly clock: Clock & WallClock
  /** Makes an id that cannot be guessed, e.g. `req_` and a UUID. */
  newRequestId(): string
}

/** The measurements in the text format of Prometheus. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

export interface HttpServer {
  /** @returns the URL of the server @throws AppError `config_invalid`, `port_busy` */
  listen(): Promise<string>
  /** Accepts no new connections. Open answers may finish within `graceMs`; streams and waits end at once. */
  close(graceMs: number): Promise<void>
}
