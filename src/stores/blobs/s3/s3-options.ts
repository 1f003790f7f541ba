// Where the bucket is and how it is reached.

export interface S3Options {
  /** Scheme, host and port. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
  /** The bucket is the first part of the path, not of the host name. */
  readonly pathStyle: boolean
  /** Begins the key of every object; empty, or it ends with a slash. */
  readonly prefix: string
  /** The endpoint in links for clients, when they reach the service by another address. */
  readonly publicEndpoint: string
}

/** The URL of an object, or of the bucket for the empty key. */
export function urlOf(options: S3Options, key: string, endpoint = options.endpoint): URL {
  const base = new URL(endpoint)
  const folder = base.pathname.replace(/\/+$/, '')
  if (options.pathStyle) {
    base.pathname = `${folder}/${options.bucket}${key === '' ? '' : `/${key}`}`
    return base
  }
  base.hostname = `${options.bucket}.${base.hostname}`
  base.pathname = `${folder}/${key}`
  return base
}
