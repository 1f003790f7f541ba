// The one table of everything that can go wrong: a code's HTTP status, title, whether a retry can help, and what to do.
// The CLI, the API, webhooks, the page and docs/reference/errors.md all read it. The codes themselves live in the contract.
import type { ErrorCode } from '@infinitetalk/contract'

export interface ErrorEntry {
  readonly status: number
  readonly title: string
  readonly retryable: boolean
  readonly hint: string
}

const entry = (status: number, title: string, hint: string, retryable = false): ErrorEntry => ({
  status,
  title,
  hint,
  retryable,
})

export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = {
  invalid_request: entry(422, 'The request is not valid', 'Correct the named fields.'),
  unknown_field: entry(
    422,
    'The request has an unknown field',
    'Remove the field or correct its name.',
  ),
  input_missing: entry(422, 'An input is missing', 'Give an image and audio.'),
  input_ambiguous: entry(
    422,
    'An input is given more than once',
    'Give each input in one form only.',
  ),
  base64_invalid: entry(
    422,
    'The base64 text is not valid',
    'Send standard or url-safe base64 with correct padding, or use a file.',
  ),
  engine_unsupported: entry(
    422,
    'The engine cannot do this',
    'Drop the named option or choose another engine.',
  ),
  engine_unavailable: entry(
    503,
    'The engine is not available',
    'Run "infinitetalk doctor" to see what is missing.',
    true,
  ),
  path_forbidden: entry(
    422,
    'The path is not allowed',
    'Use a path inside a folder of INFINITETALK_ALLOWED_PATH_ROOTS, or upload the file.',
  ),
  path_not_found: entry(422, 'The file does not exist', 'Check the path.'),
  path_unreadable: entry(
    422,
    'The file cannot be read',
    'Give a regular file that this user may read.',
  ),
  input_empty: entry(422, 'The input is empty', 'Give a file with content.'),
  input_too_large: entry(
    413,
    'The input is too large',
    'Use a smaller file, or raise the limit: INFINITETALK_LIMIT_*_MAX_BYTES.',
  ),
  url_invalid: entry(422, 'The URL is not valid', 'Give a complete http or https URL.'),
  url_forbidden_scheme: entry(422, 'The URL scheme is not allowed', 'Use http or https.'),
  url_forbidden_credentials: entry(
    422,
    'The URL holds credentials',
    'Use a signed URL or upload the file.',
  ),
  url_forbidden_port: entry(
    422,
    'The URL port is not allowed',
    'Use port 80 or 443, or add the port to INFINITETALK_FETCH_EXTRA_PORTS.',
  ),
  url_forbidden_address: entry(
    422,
    'The URL points to an address that is not public',
    'Use a public URL, upload the file, or add the network to INFINITETALK_FETCH_ALLOW_CIDRS.',
  ),
  url_forbidden_redirect: entry(
    422,
    'The URL redirects to an address that is not allowed',
    'Use the final URL or upload the file.',
  ),
  url_too_many_redirects: entry(
    422,
    'The URL redirects too often',
    'Use the final URL, or raise INFINITETALK_LIMIT_FETCH_MAX_REDIRECTS.',
  ),
  url_unresolvable: entry(
    422,
    'The host name of the URL cannot be resolved',
    'Check the host name.',
    true,
  ),
  url_unreachable: entry(
    502,
    'The server of the URL cannot be reached',
    'Check that the URL works from this machine.',
    true,
  ),
  url_timeout: entry(
    504,
    'The download took too long',
    'Use a faster server, upload the file, or raise INFINITETALK_LIMIT_FETCH_TIMEOUT_MS.',
    true,
  ),
  url_http_error: entry(
    502,
    'The server of the URL answered with an error',
    'Check that the URL is public and not expired.',
    true,
  ),
  url_encoding_refused: entry(
    422,
    'The server sent a compressed answer',
    'Serve the file without Content-Encoding.',
  ),
  image_unsupported: entry(
    422,
    'The image format is not supported',
    'Use JPEG, PNG, WebP, AVIF, GIF or HEIC.',
  ),
  image_unreadable: entry(422, 'The image cannot be read', 'The file is damaged: export it again.'),
  image_too_large: entry(
    422,
    'The image has too many pixels',
    'Scale the image down, or raise INFINITETALK_LIMIT_IMAGE_MAX_PIXELS or INFINITETALK_LIMIT_IMAGE_MAX_SIDE.',
  ),
  image_too_small: entry(422, 'The image is too small', 'Use a larger image.'),
  audio_unsupported: entry(
    422,
    'The audio format is not supported',
    'Use WAV, MP3, M4A, OGG, Opus, FLAC, WebM or a video with sound.',
  ),
  audio_unreadable: entry(422, 'The audio cannot be read', 'The file is damaged: export it again.'),
  audio_missing: entry(422, 'The file has no audio track', 'Use a file with sound.'),
  audio_too_short: entry(422, 'The audio is too short', 'Use at least 0.2 seconds of audio.'),
  audio_too_long: entry(
    422,
    'The audio is too long',
    'Cut the audio, or raise INFINITETALK_LIMIT_AUDIO_MAX_SECONDS.',
  ),
  video_unsupported: entry(422, 'The video format is not supported', 'Send MP4, MOV, WebM or MKV.'),
  video_unreadable: entry(
    422,
    'The video could not be read',
    'The file is damaged or incomplete: export or upload it again.',
  ),
  video_too_large: entry(
    422,
    'The video has too many pixels or is too long',
    'Scale it down or cut it, or raise INFINITETALK_LIMIT_VIDEO_MAX_PIXELS or INFINITETALK_LIMIT_VIDEO_MAX_SECONDS.',
  ),
  no_face_found: entry(
    422,
    'No face was found',
    'Use a picture with one clear, frontal, human face.',
  ),
  face_cut_off: entry(
    422,
    'The face is cut off by the edge of the picture',
    'Use a picture that shows the whole face.',
  ),
  face_not_frontal: entry(
    422,
    'The face is turned away',
    'Use a picture in which the face looks at the camera.',
  ),
  face_too_small: entry(
    422,
    'The face is too small',
    'Use a closer picture, or crop to the face (--face-crop).',
  ),
  face_not_listed: entry(
    422,
    'There is no face with that number',
    'Run "infinitetalk faces IMAGE" to list them.',
  ),
  job_not_found: entry(404, 'There is no such job', 'Check the id.'),
  job_expired: entry(
    410,
    'The job has expired',
    'Its retention time is over (INFINITETALK_LIMIT_RETENTION_MS); submit it again.',
  ),
  job_not_finished: entry(
    409,
    'The job has not finished yet',
    'Wait until it finishes, or cancel it first.',
    true,
  ),
  job_finished: entry(
    409,
    'The job has already finished',
    'Read its result; it can no longer change.',
  ),
  job_state_conflict: entry(409, 'The job is in another state', 'Read the job again.', true),
  video_not_ready: entry(
    409,
    'The video is not ready',
    'Wait for the job to succeed, then request it again.',
    true,
  ),
  queue_full: entry(
    429,
    'The queue is full',
    'Retry when some jobs have finished, or raise INFINITETALK_LIMIT_QUEUE_MAX_JOBS.',
    true,
  ),
  start_deadline_passed: entry(
    504,
    'The job did not start in time',
    'Raise start_within_s, or retry when the queue is shorter.',
    true,
  ),
  deadline_passed: entry(
    504,
    'The job did not finish in time',
    'Raise deadline_s, or request a shorter or smaller video.',
    true,
  ),
  worker_lost: entry(
    500,
    'The render process was lost',
    'The job was retried INFINITETALK_LIMIT_WORKER_MAX_LOSSES times; the log says why its workers ended.',
    true,
  ),
  workflow_not_found: entry(
    422,
    'There is no workflow of this name',
    'Name one that "infinitetalk workflows list" shows, or leave "workflow" out.',
  ),
  workflow_invalid: entry(
    422,
    'The workflow cannot be run',
    'Correct the named node; "infinitetalk doctor" checks every workflow against ComfyUI.',
  ),
  node_missing: entry(
    503,
    'ComfyUI lacks a node',
    'Install the named node pack in ComfyUI and restart it.',
  ),
  model_missing: entry(
    503,
    'A model file is missing',
    'Do what the detail says; "infinitetalk workflows check" says what else a workflow needs.',
  ),
  engine_dependency_missing: entry(
    503,
    'ComfyUI lacks a Python package or has an incompatible one',
    'Install what the detail names in the Python environment of ComfyUI.',
  ),
  engine_input_refused: entry(
    422,
    'ComfyUI could not read an input',
    'Send the picture or the voice in another format.',
  ),
  gpu_out_of_memory: entry(
    507,
    'The GPU ran out of memory',
    'Use a smaller size, or a GPU with more memory; the detail says what else can be set.',
    true,
  ),
  host_out_of_memory: entry(
    507,
    'The machine that runs ComfyUI ran out of memory',
    'Use shorter audio or a smaller size, or give the machine more memory.',
    true,
  ),
  engine_unreachable: entry(
    503,
    'The engine cannot be reached',
    'Check its address (COMFYUI_URL, BEAM_GATEWAY_URL, RUNPOD_URL), and that it is running there.',
    true,
  ),
  engine_start_failed: entry(
    503,
    'ComfyUI could not be started',
    'See the last lines of its log in the detail; "infinitetalk doctor" checks the installation.',
    true,
  ),
  engine_stalled: entry(
    504,
    'The render stopped making progress',
    'Retry; if it stops at the same place, use a smaller size.',
    true,
  ),
  engine_interrupted: entry(409, 'Someone else interrupted the render', 'Submit it again.', true),
  engine_failed: entry(502, 'Rendering failed', 'See the detail and the log of the engine.', true),
  engine_crashed: entry(
    500,
    'The render process crashed',
    'Retry; if it crashes again, check the log and the memory of the machine.',
    true,
  ),
  output_missing: entry(
    502,
    'The render produced no video',
    'Check that the workflow ends in a node that saves a video.',
  ),
  file_not_found: entry(404, 'There is no such file', 'Upload it again: files are kept for a day.'),
  file_not_ready: entry(
    409,
    'The file has no content yet',
    'Send it to its upload_url first.',
    true,
  ),
  file_already_written: entry(409, 'The file already has content', 'Create another file.'),
  digest_mismatch: entry(
    422,
    'The content does not match its digest',
    'Send it again: it was damaged on the way.',
    true,
  ),
  idempotency_key_invalid: entry(
    422,
    'The Idempotency-Key is not valid',
    'Use 1 to 255 characters of A-Z a-z 0-9 _ - : .',
  ),
  idempotency_key_reused: entry(
    422,
    'The Idempotency-Key was used for another request',
    'Use a new key for a new request.',
  ),
  idempotency_in_flight: entry(
    409,
    'A request with this Idempotency-Key is being accepted',
    'Wait a moment and send the same request again.',
    true,
  ),
  cursor_invalid: entry(422, 'The cursor is not valid', 'Use next_cursor of the previous page.'),
  stopping: entry(503, 'The hub is stopping', 'Retry in a moment.', true),
  data_dir_busy: entry(
    500,
    'Another hub uses this data folder',
    'Stop the other one, or choose another folder with --data-dir.',
  ),
  store_unavailable: entry(
    503,
    'The database or the data folder cannot be reached',
    'Check the database (DATABASE_URL) and the data folder (INFINITETALK_DATA_DIR), then retry.',
    true,
  ),
  blob_damaged: entry(
    500,
    'A stored file is damaged',
    'Send the input again, or submit the job again: the right content replaces it. Check the disk of the data folder.',
  ),
  store_too_new: entry(
    500,
    'The database was made by a newer version',
    'Update this program; it does not touch data that it does not know.',
  ),
  unauthenticated: entry(
    401,
    'A valid API key is needed',
    'Send it in the header "Authorization: Bearer KEY"; for a command: --token, INFINITETALK_TOKEN, BEAM_TOKEN.',
  ),
  host_forbidden: entry(
    421,
    'The request is for another host',
    'Call the hub as localhost, or set INFINITETALK_PUBLIC_URL or INFINITETALK_API_KEYS.',
  ),
  origin_forbidden: entry(
    403,
    'A page of another site sent the request',
    'Call the hub from its own page, or add the origin to INFINITETALK_ALLOWED_ORIGINS.',
  ),
  link_invalid: entry(403, 'The link is no longer valid', 'Read the job again: it has a new link.'),
  route_not_found: entry(404, 'There is nothing at this path', 'See /docs for all paths.'),
  method_not_allowed: entry(
    405,
    'The path does not accept this method',
    'See the header "Allow" and /docs.',
  ),
  request_malformed: entry(
    400,
    'The request cannot be read',
    'Send valid JSON or a complete multipart form.',
  ),
  request_timeout: entry(
    408,
    'The request arrived too slowly',
    'Send it again over a faster connection.',
    true,
  ),
  header_too_large: entry(431, 'The header of the request is too large', 'Send fewer headers.'),
  content_type_unsupported: entry(
    415,
    'The content type is not supported',
    'Send application/json, or a multipart form where the route accepts one.',
  ),
  range_not_satisfiable: entry(
    416,
    'The range is outside of the file',
    'Request a range within the size in Content-Range.',
  ),
  wait_timeout: entry(
    504,
    'The video was not ready in time',
    'The job continues: read it by the id in X-Job-Id, or use POST /v1/jobs.',
    true,
  ),
  server_busy: entry(
    503,
    'The server is too busy for this request',
    'Wait a moment, then send it again.',
    true,
  ),
  server_unreachable: entry(
    502,
    'The hub cannot be reached',
    'Check --url or INFINITETALK_URL, and that "infinitetalk serve" is running there. On Beam: BEAM_GATEWAY_URL.',
    true,
  ),
  download_damaged: entry(
    502,
    'The video was damaged in transit',
    'Fetch it again; if that does not help, something on the way from the hub changes it.',
    true,
  ),
  job_canceled: entry(409, 'The job was canceled', 'Submit it again if you still want it.', true),
  manifest_invalid: entry(
    422,
    'The list of models is not valid',
    'Correct what the detail names; docs/guide/models.md describes the format.',
  ),
  models_busy: entry(
    409,
    'Another process is changing the models',
    'Wait until it has finished, then run the command again.',
    true,
  ),
  model_gated: entry(
    403,
    'The model needs permission',
    'Accept its licence on its page, and set HF_TOKEN to a token of that account.',
  ),
  model_download_failed: entry(
    502,
    'A model could not be downloaded',
    'Run the same command again: it resumes where it stopped.',
    true,
  ),
  model_damaged: entry(
    502,
    'A model has the wrong content',
    'Pull it again; if that does not help, its source or its mirror serves another file.',
  ),
  model_in_the_way: entry(
    409,
    'Something else is at the path of a model',
    'Move it away, or run "infinitetalk models pull --force" to replace a file.',
  ),
  usage: entry(400, 'The command is not valid', 'Run "infinitetalk --help".'),
  config_invalid: entry(
    500,
    'The configuration is not valid',
    'Correct the named settings; "infinitetalk config" shows them.',
  ),
  output_exists: entry(
    409,
    'The output file already exists',
    'Choose another name or add --force.',
  ),
  output_unwritable: entry(
    422,
    'The output file cannot be written',
    'Choose a folder that exists and that this user may write.',
  ),
  not_ready: entry(
    503,
    'This machine is not ready to render',
    'Do what stands below each line that begins with ❌.',
  ),
  tool_missing: entry(
    503,
    'A required program is missing',
    'Follow the advice of "infinitetalk doctor".',
  ),
  tool_failed: entry(
    500,
    'A media program failed',
    'See the detail; "infinitetalk doctor" checks the programs.',
    true,
  ),
  tool_killed: entry(
    503,
    'A media program was killed',
    'Submit it again once memory is free, or lower INFINITETALK_LIMIT_RENDER_MAX_PARALLEL.',
    true,
  ),
  tool_timeout: entry(
    504,
    'A media program took too long',
    'Retry when the machine is less busy, or raise INFINITETALK_LIMIT_PROBE_TIMEOUT_MS.',
    true,
  ),
  output_invalid: entry(
    500,
    'The finished video did not pass its checks',
    'Please report this with the detail.',
    true,
  ),
  disk_full: entry(
    507,
    'The disk is full',
    'Free some space and retry. A hub accepts new jobs only above its reserve (INFINITETALK_LIMIT_DISK_RESERVE_BYTES).',
    true,
  ),
  job_timeout: entry(
    504,
    'The render took too long',
    'Use shorter audio or a smaller size, or raise INFINITETALK_LIMIT_JOB_TIMEOUT_MS.',
    true,
  ),
  canceled: entry(499, 'The operation was canceled', 'Start it again if you still want it.'),
  internal_error: entry(500, 'Internal error', 'Please report this with the detail.', true),
}
