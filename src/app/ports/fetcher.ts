// The fetcher port: the only way to open a URL from a user.

export interface FetchRequest {
  readonly url: string
  /** The file of the body; deleted when the download fails. */
  readonly toPath: string
  readonly maxBytes: number
  readonly signal: AbortSignal
  readonly onProgress?: (receivedBytes: number, totalBytes: number | null) => void
}

export interface FetchedFile {
  readonly path: string
  readonly bytes: number
  readonly contentType: string | null
}

export interface Fetcher {
  /** @throws AppError `url_*`, `input_too_large`, `input_empty`, `disk_full`, `canceled` */
  fetchToFile(request: FetchRequest): Promise<FetchedFile>
}
