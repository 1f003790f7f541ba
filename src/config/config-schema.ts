// Every setting of the product, once: its name in the configuration file, its environment variable, its kind, its default and
// its line of help. Parsing, `infinitetalk config`, the reference page and "did you mean" all read this one object.
import { limitSettings } from './limit-settings.ts'
import { type SettingGroup, secret, setting, type ValuesOf } from './setting-definition.ts'
import {
  apiKey,
  cloudName,
  cloudQueue,
  count,
  currency,
  engineName,
  header,
  listeningPort,
  listOf,
  milliseconds,
  network,
  oneOf,
  optional,
  origin,
  port,
  prices,
  text,
  webUrl,
  withDefault,
} from './setting-types.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const fetchSettings = {
  extraPorts: setting(
    'INFINITETALK_FETCH_EXTRA_PORTS',
    withDefault(listOf(port), []),
    'Ports beside 80 and 443 that URLs of inputs may name.',
  ),
  allowPrivateAddresses: setting(
    'INFINITETALK_FETCH_ALLOW_CIDRS',
    withDefault(listOf(network), []),
    'Networks that URLs of inputs may point to although they are not public, e.g. 192.168.1.0/24.',
  ),
} satisfies SettingGroup

export const SETTINGS = {
  host: setting(
    'INFINITETALK_HOST',
    withDefault(text, '127.0.0.1'),
    'Address the server listens on.',
  ),
  port: setting(
    'INFINITETALK_PORT',
    withDefault(listeningPort, 8787),
    'Port the server listens on.',
  ),
  dataDir: setting(
    'INFINITETALK_DATA_DIR',
    withDefault(text, './data'),
    'Folder of jobs and videos.',
  ),
  publicUrl: setting(
    'INFINITETALK_PUBLIC_URL',
    optional(webUrl),
    'URL under which others reach the server; inputs may not point back to it.',
  ),
  allowedOrigins: setting(
    'INFINITETALK_ALLOWED_ORIGINS',
    withDefault(listOf(origin), []),
    "Origins beside the hub's own whose pages may send requests that change something, e.g. http://localhost:3000 of a proxy.",
  ),
  hubUrl: setting(
    'INFINITETALK_URL',
    optional(webUrl),
    'URL of the hub that the command line talks to.',
  ),
  token: secret(
    'INFINITETALK_TOKEN',
    optional(text),
    'Token that the command line presents to the hub.',
  ),
  apiKeys: secret(
    'INFINITETALK_API_KEYS',
    optional(listOf(apiKey)),
    'Keys of those who may call the server: name:key or name:sha256:HEX, with commas.',
  ),
  engine: setting(
    'INFINITETALK_ENGINE',
    optional(engineName),
    'Engine that renders. Default: the first that is ready of comfyui, beam and runpod as configured, else the first configured; preview only where none of them is configured.',
  ),
  pricePerHour: setting(
    'INFINITETALK_PRICE_PER_HOUR',
    withDefault(prices, []),
    'What an hour of rendering costs: 0.69 for all engines, or comfyui=0.69, beam=1.2. Estimates then say what a video will cost.',
  ),
  currency: setting(
    'INFINITETALK_CURRENCY',
    withDefault(currency, 'USD'),
    'Currency of those prices, by its code.',
  ),
  ffmpegPath: setting(
    'INFINITETALK_FFMPEG',
    optional(text),
    'Path of ffmpeg; by default it is looked for.',
  ),
  ffprobePath: setting(
    'INFINITETALK_FFPROBE',
    optional(text),
    'Path of ffprobe; by default it is looked for.',
  ),
  workers: setting(
    'INFINITETALK_WORKERS',
    optional(count(1)),
    'Threads that draw frames; by default the engine decides.',
  ),
  logLevel: setting(
    'INFINITETALK_LOG_LEVEL',
    withDefault(oneOf(LOG_LEVELS), 'info'),
    'How much is logged.',
  ),
  allowedPathRoots: setting(
    'INFINITETALK_ALLOWED_PATH_ROOTS',
    withDefault(listOf(text), []),
    'Folders from which callers of the server may name input files by path.',
  ),
  fetch: fetchSettings,
  limits: limitSettings,
  databaseUrl: secret(
    'DATABASE_URL',
    optional(text),
    'PostgreSQL database, when several machines share the work.',
  ),
  modelsDir: setting(
    'INFINITETALK_MODELS_DIR',
    optional(text),
    'Folder of the models; by default /models where that can be written, else models in the data folder.',
  ),
  modelsManifest: setting(
    'INFINITETALK_MODELS_MANIFEST',
    optional(text),
    'File that is laid over the list of models that is shipped.',
  ),
  comfyuiUrl: setting(
    'COMFYUI_URL',
    optional(listOf(webUrl)),
    'URL of a ComfyUI that is already running; several with commas share the jobs.',
  ),
  comfyuiHeaders: secret(
    'COMFYUI_HEADERS',
    optional(listOf(header)),
    'Headers for each of them, with commas: Authorization: Bearer KEY, X-Other: VALUE.',
  ),
  comfyuiGpus: setting(
    'COMFYUI_GPUS',
    optional(listOf(count(0))),
    'GPUs, with commas, for each of which COMFYUI_DIR is started once: 0,1.',
  ),
  comfyuiWaitMs: setting(
    'COMFYUI_WAIT',
    withDefault(milliseconds, 300_000),
    'How long a job of the hub waits for a ComfyUI that cannot be reached, as while it restarts; 0ms fails at once.',
  ),
  workflowsDir: setting(
    'INFINITETALK_WORKFLOWS_DIR',
    optional(text),
    'Folder of your own workflows: NAME.json with NAME.bindings.json beside it.',
  ),
  comfyuiDir: setting('COMFYUI_DIR', optional(text), 'Folder of a ComfyUI to supervise.'),
  comfyuiPython: setting(
    'COMFYUI_PYTHON',
    optional(text),
    'Python that runs the supervised ComfyUI; by default the one of its venv, else python3.',
  ),
  comfyuiArgs: setting(
    'COMFYUI_ARGS',
    withDefault(listOf(text), []),
    'Further options of the supervised ComfyUI, with commas: --reserve-vram, 2.',
  ),
  beamToken: secret('BEAM_TOKEN', optional(text), 'Token for Beam.'),
  beamGatewayUrl: setting(
    'BEAM_GATEWAY_URL',
    withDefault(webUrl, 'https://app.beam.cloud'),
    'Gateway of Beam, or of a beta9 of your own.',
  ),
  beamQueue: setting(
    'BEAM_QUEUE',
    optional(cloudQueue),
    'Task queue deployed on Beam that renders: NAME, NAME/v3 or id/STUB. Needs BEAM_TOKEN.',
  ),
  beamVolume: setting(
    'BEAM_VOLUME',
    optional(cloudName),
    'Volume of Beam for inputs that are too large for a request.',
  ),
  runpodApiKey: secret('RUNPOD_API_KEY', optional(text), 'Key of RunPod.'),
  runpodEndpointId: setting(
    'RUNPOD_ENDPOINT_ID',
    optional(cloudName),
    'Serverless endpoint of RunPod that renders. Needs RUNPOD_API_KEY.',
  ),
  runpodUrl: setting(
    'RUNPOD_URL',
    withDefault(webUrl, 'https://api.runpod.ai/v2'),
    'Address of the serverless API of RunPod.',
  ),
  runpodVolumeDir: setting(
    'RUNPOD_VOLUME_DIR',
    withDefault(text, '/runpod-volume'),
    'Where the network volume is: videos go there for RunPod clients that ask for network_volume.',
  ),
  runpodRefreshWorker: setting(
    'RUNPOD_REFRESH_WORKER',
    withDefault(oneOf(['true', 'false']), 'false'),
    'In a serverless worker of RunPod: true has it replaced after every job.',
  ),
  huggingFaceToken: secret('HF_TOKEN', optional(text), 'Token for gated models on Hugging Face.'),
  huggingFaceEndpoint: setting(
    'HF_ENDPOINT',
    optional(text),
    'Mirror of Hugging Face to load models from.',
  ),
} satisfies SettingGroup

/** The effective configuration: every setting has a value, or is undefined where it has no default. */
export type Config = ValuesOf<typeof SETTINGS>
