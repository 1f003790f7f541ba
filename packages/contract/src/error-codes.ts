// The closed list of error codes: what a caller may switch on, on the CLI, the API, webhooks and the page alike.
// What each one means (HTTP status, title, whether a retry can help, hint) is in the hub's src/domain/errors.ts.

export const ERROR_CODES = [
  // the request
  'invalid_request',
  'unknown_field',
  'input_missing',
  'input_ambiguous',
  'base64_invalid',
  'engine_unsupported',
  'engine_unavailable',
  // inputs by path
  'path_forbidden',
  'path_not_found',
  'path_unreadable',
  'input_empty',
  'input_too_large',
  // inputs by URL
  'url_invalid',
  'url_forbidden_scheme',
  'url_forbidden_credentials',
  'url_forbidden_port',
  'url_forbidden_address',
  'url_forbidden_redirect',
  'url_too_many_redirects',
  'url_unresolvable',
  'url_unreachable',
  'url_timeout',
  'url_http_error',
  'url_encoding_refused',
  // media
  'image_unsupported',
  'image_unreadable',
  'image_too_large',
  'image_too_small',
  'audio_unsupported',
  'audio_unreadable',
  'audio_missing',
  'audio_too_short',
  'audio_too_long',
  // faces
  'no_face_found',
  'face_not_frontal',
  'face_too_small',
  'face_not_listed',
  // the program and its machine
  'usage',
  'config_invalid',
  'output_exists',
  'output_unwritable',
  'tool_missing',
  'tool_failed',
  'tool_timeout',
  'output_invalid',
  'disk_full',
  'job_timeout',
  'canceled',
  'internal_error',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]
