// The fetcher port: the only way a URL that a user gave is ever opened.

export interface FetchRequest {
  readonly url: string
  /** Where the body goes; removed again when the download fails. */
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
