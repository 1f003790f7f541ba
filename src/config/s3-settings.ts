// Defines the settings of the bucket that keeps inputs and videos. Without S3_BUCKET they are in the data folder.
import { type SettingGroup, secret, setting, type ValuesOf } from './setting-definition.ts'
import {
  bucket,
  bytes,
  keyPrefix,
  milliseconds,
  oneOf,
  optional,
  text,
  webUrl,
  withDefault,
} from './setting-types.ts'

export const s3Settings = {
  bucket: setting(
    'S3_BUCKET',
    optional(bucket),
    'Bucket for inputs and videos, at AWS or at any service that speaks S3. Default: they are in the data folder.',
  ),
  endpoint: setting(
    'S3_ENDPOINT',
    optional(webUrl),
    'URL of the service with the bucket. Default: that of AWS in S3_REGION.',
  ),
  region: setting('S3_REGION', withDefault(text, 'us-east-1'), 'Region of the bucket.'),
  accessKeyId: secret('S3_ACCESS_KEY_ID', optional(text), 'Id of the key for the bucket.'),
  secretAccessKey: secret('S3_SECRET_ACCESS_KEY', optional(text), 'The key for the bucket.'),
  sessionToken: secret('S3_SESSION_TOKEN', optional(text), 'Token of a temporary key.'),
  pathStyle: setting(
    'S3_PATH_STYLE',
    optional(oneOf(['true', 'false'])),
    'Whether the bucket is in the path of URLs (true) or in their host name (false). Default: true with S3_ENDPOINT.',
  ),
  prefix: setting(
    'S3_PREFIX',
    optional(keyPrefix),
    'Begins the key of every object, for a bucket that others use too: hub/.',
  ),
  cacheMaxBytes: setting(
    'S3_CACHE_MAX_BYTES',
    withDefault(bytes, 20e9),
    'Disk space in the data folder for copies of inputs and videos.',
  ),
  redirectVideos: setting(
    'S3_REDIRECT_VIDEOS',
    withDefault(oneOf(['true', 'false']), 'false'),
    'With true the hub answers a request for a video with 302 and a link to the bucket, with false it sends the bytes.',
  ),
  directUploads: setting(
    'S3_DIRECT_UPLOADS',
    withDefault(oneOf(['true', 'false']), 'false'),
    'With true the hub gives clients signed links to send uploads of known size straight to the bucket.',
  ),
  linkLifeMs: setting(
    'S3_LINK_LIFE',
    withDefault(milliseconds, 3_600_000),
    'How long such links work, at most 168h.',
  ),
  publicEndpoint: setting(
    'S3_PUBLIC_ENDPOINT',
    optional(webUrl),
    'URL of the service in such links, when clients reach it by another one. Default: S3_ENDPOINT.',
  ),
} satisfies SettingGroup

export type S3Settings = ValuesOf<typeof s3Settings>

const WITHOUT_DEFAULT = [
  'endpoint',
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'pathStyle',
  'prefix',
  'publicEndpoint',
] as const
const SWITCHES = ['redirectVideos', 'directUploads'] as const
const MAX_LINK_LIFE_MS = 7 * 24 * 3_600_000

/** One sentence for each setting that lacks another one, has no effect, or asks for more than S3 gives. */
export function incompleteBucket(s3: S3Settings): string[] {
  if (s3.bucket === undefined) {
    const idle = WITHOUT_DEFAULT.filter((name) => s3[name] !== undefined)
    const switched = SWITCHES.filter((name) => s3[name] === 'true')
    return [...idle, ...switched]
      .map((name) => s3Settings[name].environment)
      .map((name) => `${name} has no effect without S3_BUCKET. Set S3_BUCKET, or unset it.`)
  }
  const missing = (['accessKeyId', 'secretAccessKey'] as const)
    .filter((name) => s3[name] === undefined)
    .map((name) => `S3_BUCKET needs ${s3Settings[name].environment}.`)
  return s3.linkLifeMs <= MAX_LINK_LIFE_MS
    ? missing
    : [...missing, 'S3_LINK_LIFE must be at most 168h: S3 rejects links that work longer.']
}
