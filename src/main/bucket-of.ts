// The bucket of the configuration, with its defaults.
import type { Config } from '../config/load-config.ts'
import { urlOf } from '../stores/blobs/s3/s3-options.ts'
import type { StoresOptions } from '../stores/open-stores.ts'

/** A render has this time besides `limits.jobTimeoutMs` to read its last file. */
const SPARE_MS = 3_600_000

/** null when inputs and videos are kept in the data folder. */
export function bucketOf({ s3, limits }: Config): NonNullable<StoresOptions['bucket']> | null {
  const { bucket, accessKeyId, secretAccessKey } = s3
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined)
    return null
  const endpoint = s3.endpoint ?? `https://s3.${s3.region}.amazonaws.com`
  return {
    s3: {
      ...{ endpoint, bucket, region: s3.region, accessKeyId, secretAccessKey },
      sessionToken: s3.sessionToken ?? null,
      pathStyle: (s3.pathStyle ?? String(s3.endpoint !== undefined)) === 'true',
      prefix: s3.prefix ?? '',
      publicEndpoint: s3.publicEndpoint ?? endpoint,
    },
    cacheMaxBytes: s3.cacheMaxBytes,
    useMs: limits.jobTimeoutMs + SPARE_MS,
  }
}

/** Where links to videos lead; null when the hub sends videos. */
export function mediaOriginOf(config: Config): string | null {
  const bucket = config.s3.redirectVideos === 'true' ? bucketOf(config) : null
  return bucket === null ? null : urlOf(bucket.s3, '', bucket.s3.publicEndpoint).origin
}
