// Every setting of the product, once: its name in the configuration file, its environment variable, its kind, its default and
// its line of help. Parsing, `infinitetalk config`, the reference page and "did you mean" all read this one object.
import { z } from 'zod'
import { limitSettings } from './limit-settings.ts'
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
  oneOf,
  origin,
  port,
  prices,
  text,
  webUrl,
} from './setting-types.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: 'must be a network such as 192.168.1.0/24',
})

const setting = <Type extends z.ZodType>(
  environment: string,
  type: Type,
  description: string,
): Type => type.meta({ environment, description })

const secret = (environment: string, description: string) =>
  text.optional().meta({ environment, description, secret: true })

const fetchSettings = z.strictObject({
  extraPorts: setting(
    'INFINITETALK_FETCH_EXTRA_PORTS',
    listOf(port).default([]),
    'Ports beside 80 and 443 that URLs of inputs may name.',
  ),
  allowPrivateAddresses: setting(
    'INFINITETALK_FETCH_ALLOW_CIDRS',
    listOf(cidr).default([]),
    'Networks that URLs of inputs may point to although they are not public, e.g. 192.168.1.0/24.',
  ),
})

export const configSchema = z.strictObject({
  host: setting('INFINITETALK_HOST', text.default('127.0.0.1'), 'Address the server listens on.'),
  port: setting('INFINITETALK_PORT', listeningPort.default(8787), 'Port the server listens on.'),
  dataDir: setting('INFINITETALK_DATA_DIR', text.default('./data'), 'Folder of jobs and videos.'),
  publicUrl: setting(
    'INFINITETALK_PUBLIC_URL',
    webUrl.optional(),
    'URL under which others reach the server; inputs may not point back to it.',
  ),
  allowedOrigins: setting(
    'INFINITETALK_ALLOWED_ORIGINS',
    listOf(origin).default([]),
    "Origins beside the hub's own whose pages may send requests that change something, e.g. http://localhost:3000 of a proxy.",
  ),
  hubUrl: setting(
    'INFINITETALK_URL',
    webUrl.optional(),
    'URL of the hub that the command line talks to.',
  ),
  token: secret('INFINITETALK_TOKEN', 'Token that the command line presents to the hub.'),
  apiKeys: listOf(apiKey).optional().meta({
    environment: 'INFINITETALK_API_KEYS',
    description: 'Keys of those who may call the server: name:key or name:sha256:HEX, with commas.',
    secret: true,
  }),
  engine: setting(
    'INFINITETALK_ENGINE',
    engineName.optional(),
    'Engine that renders; by default the best one that is ready.',
  ),
  pricePerHour: setting(
    'INFINITETALK_PRICE_PER_HOUR',
    prices.default([]),
    'What an hour of rendering costs: 0.69 for all engines, or comfyui=0.69, beam=1.2. Estimates then say what a video will cost.',
  ),
  currency: setting(
    'INFINITETALK_CURRENCY',
    currency.default('USD'),
    'Currency of those prices, by its code.',
  ),
  ffmpegPath: setting(
    'INFINITETALK_FFMPEG',
    text.optional(),
    'Path of ffmpeg; by default it is looked for.',
  ),
  ffprobePath: setting(
    'INFINITETALK_FFPROBE',
    text.optional(),
    'Path of ffprobe; by default it is looked for.',
  ),
  workers: setting(
    'INFINITETALK_WORKERS',
    count(1).optional(),
    'Threads that draw frames; by default the engine decides.',
  ),
  logLevel: setting(
    'INFINITETALK_LOG_LEVEL',
    oneOf(LOG_LEVELS).default('info'),
    'How much is logged.',
  ),
  allowedPathRoots: setting(
    'INFINITETALK_ALLOWED_PATH_ROOTS',
    listOf(text).default([]),
    'Folders from which callers of the server may name input files by path.',
  ),
  fetch: fetchSettings.prefault({}),
  limits: limitSettings.prefault({}),
  databaseUrl: secret('DATABASE_URL', 'PostgreSQL database, when several machines share the work.'),
  modelsDir: setting(
    'INFINITETALK_MODELS_DIR',
    text.optional(),
    'Folder of the models; by default /models where that can be written, else models in the data folder.',
  ),
  modelsManifest: setting(
    'INFINITETALK_MODELS_MANIFEST',
    text.optional(),
    'File that is laid over the list of models that is shipped.',
  ),
  comfyuiUrl: setting(
    'COMFYUI_URL',
    webUrl.optional(),
    'URL of a ComfyUI that is already running.',
  ),
  comfyuiHeaders: listOf(header).optional().meta({
    environment: 'COMFYUI_HEADERS',
    description:
      'Headers for that ComfyUI, with commas: Authorization: Bearer KEY, X-Other: VALUE.',
    secret: true,
  }),
  comfyuiWaitMs: setting(
    'COMFYUI_WAIT',
    milliseconds.default(300_000),
    'How long a job of the hub waits for a ComfyUI that cannot be reached, as while it restarts; 0ms fails at once.',
  ),
  workflowsDir: setting(
    'INFINITETALK_WORKFLOWS_DIR',
    text.optional(),
    'Folder of your own workflows: NAME.json with NAME.bindings.json beside it.',
  ),
  comfyuiDir: setting('COMFYUI_DIR', text.optional(), 'Folder of a ComfyUI to supervise.'),
  comfyuiPython: setting(
    'COMFYUI_PYTHON',
    text.optional(),
    'Python that runs the supervised ComfyUI; by default the one of its venv, else python3.',
  ),
  comfyuiArgs: setting(
    'COMFYUI_ARGS',
    listOf(text).default([]),
    'Further options of the supervised ComfyUI, with commas: --reserve-vram, 2.',
  ),
  beamToken: secret('BEAM_TOKEN', 'Token for Beam.'),
  beamGatewayUrl: setting(
    'BEAM_GATEWAY_URL',
    webUrl.default('https://app.beam.cloud'),
    'Gateway of Beam, or of a beta9 of your own.',
  ),
  beamQueue: setting(
    'BEAM_QUEUE',
    cloudQueue.optional(),
    'Task queue deployed on Beam that renders: NAME, NAME/v3 or id/STUB. Needs BEAM_TOKEN.',
  ),
  beamVolume: setting(
    'BEAM_VOLUME',
    cloudName.optional(),
    'Volume of Beam for inputs that are too large for a request.',
  ),
  runpodApiKey: secret('RUNPOD_API_KEY', 'Key of RunPod.'),
  runpodEndpointId: setting(
    'RUNPOD_ENDPOINT_ID',
    cloudName.optional(),
    'Serverless endpoint of RunPod that renders. Needs RUNPOD_API_KEY.',
  ),
  runpodUrl: setting(
    'RUNPOD_URL',
    webUrl.default('https://api.runpod.ai/v2'),
    'Address of the serverless API of RunPod.',
  ),
  runpodVolumeDir: setting(
    'RUNPOD_VOLUME_DIR',
    text.default('/runpod-volume'),
    'Where the network volume is: videos go there for RunPod clients that ask for network_volume.',
  ),
  runpodRefreshWorker: setting(
    'RUNPOD_REFRESH_WORKER',
    oneOf(['true', 'false']).default('false'),
    'In a serverless worker of RunPod: true has it replaced after every job.',
  ),
  huggingFaceToken: secret('HF_TOKEN', 'Token for gated models on Hugging Face.'),
  huggingFaceEndpoint: setting(
    'HF_ENDPOINT',
    text.optional(),
    'Mirror of Hugging Face to load models from.',
  ),
})

/** The effective configuration: every setting has a value, or is undefined where it has no default. */
export type Config = z.output<typeof configSchema>
