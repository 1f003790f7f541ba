// Defines every setting once: its name in the configuration file, its environment variable, its kind, its default and its help. The
// parser, `infinitetalk config`, the reference page and "did you mean" all read this object.
import { limitSettings } from './limit-settings.ts'
import { s3Settings } from './s3-settings.ts'
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
  webhookSecret,
  webUrl,
  withDefault,
} from './setting-types.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const fetchSettings = {
  extraPorts: setting(
    'INFINITETALK_FETCH_EXTRA_PORTS',
    withDefault(listOf(port), []),
    'Ports besides 80 and 443 that input URLs may use.',
  ),
  allowPrivateAddresses: setting(
    'INFINITETALK_FETCH_ALLOW_CIDRS',
    withDefault(listOf(network), []),
    'Private networks that input URLs may point to, e.g. 192.168.1.0/24.',
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
    'URL at which clients reach the server; input URLs may not point to it.',
  ),
  allowedOrigins: setting(
    'INFINITETALK_ALLOWED_ORIGINS',
    withDefault(listOf(origin), []),
    "Origins besides the hub's own whose pages may send requests that change data, e.g. http://localhost:3000 of a proxy.",
  ),
  hubUrl: setting(
    'INFINITETALK_URL',
    optional(webUrl),
    'URL of the hub that the command line uses.',
  ),
  token: secret(
    'INFINITETALK_TOKEN',
    optional(text),
    'Token that the command line sends to the hub.',
  ),
  apiKeys: secret(
    'INFINITETALK_API_KEYS',
    optional(listOf(apiKey)),
    'Keys of the callers that the server accepts: name:key or name:sha256:HEX, with commas.',
  ),
  webhookSecrets: secret(
    'INFINITETALK_WEBHOOK_SECRETS',
    optional(listOf(webhookSecret)),
    'Secrets that sign webhooks: whsec_ and base64, with commas. While two are set, each event carries a signature of both. Without any the hub accepts no webhook.',
  ),
  engine: setting(
    'INFINITETALK_ENGINE',
    optional(engineName),
    'Engine that renders. Default: of the configured engines comfyui, beam and runpod the first that is ready, else the first; preview if none is configured.',
  ),
  pricePerHour: setting(
    'INFINITETALK_PRICE_PER_HOUR',
    withDefault(prices, []),
    'Price of an hour of rendering: 0.69 for all engines, or comfyui=0.69, beam=1.2. Estimates then include the cost of a video.',
  ),
  currency: setting(
    'INFINITETALK_CURRENCY',
    withDefault(currency, 'USD'),
    'Code of the currency of these prices.',
  ),
  ffmpegPath: setting(
    'INFINITETALK_FFMPEG',
    optional(text),
    'Path of ffmpeg. Default: searched for.',
  ),
  ffprobePath: setting(
    'INFINITETALK_FFPROBE',
    optional(text),
    'Path of ffprobe. Default: searched for.',
  ),
  workers: setting(
    'INFINITETALK_WORKERS',
    optional(count(1)),
    'Threads that draw frames. Default: chosen by the engine.',
  ),
  logLevel: setting(
    'INFINITETALK_LOG_LEVEL',
    withDefault(oneOf(LOG_LEVELS), 'info'),
    'Minimum severity of the events that are logged.',
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
    'PostgreSQL database, for several machines that share the work.',
  ),
  s3: s3Settings,
  modelsDir: setting(
    'INFINITETALK_MODELS_DIR',
    optional(text),
    'Folder of the models. Default: /models if it is writable, else models in the data folder.',
  ),
  modelsManifest: setting(
    'INFINITETALK_MODELS_MANIFEST',
    optional(text),
    'List of models that adds to the shipped list, or replaces entries of it.',
  ),
  comfyuiUrl: setting(
    'COMFYUI_URL',
    optional(listOf(webUrl)),
    'URL of a running ComfyUI; several, with commas, share the jobs.',
  ),
  comfyuiHeaders: secret(
    'COMFYUI_HEADERS',
    optional(listOf(header)),
    'Headers of every request to ComfyUI, with commas: Authorization: Bearer KEY, X-Other: VALUE.',
  ),
  comfyApiUrl: setting(
    'COMFY_API_URL',
    optional(webUrl),
    'URL of a service of the Comfy API v2: https://cloud.comfy.org, a deployment there, or your own comfy-api-proxy. It renders window by window.',
  ),
  comfyApiKey: secret(
    'COMFY_API_KEY',
    optional(text),
    'Key for COMFY_API_URL; a proxy without a token needs none.',
  ),
  comfyuiGpus: setting(
    'COMFYUI_GPUS',
    optional(listOf(count(0))),
    'GPUs, with commas; COMFYUI_DIR is started once for each: 0,1.',
  ),
  comfyuiFramesDir: setting(
    'COMFYUI_FRAMES_DIR',
    optional(text),
    'Folder that this hub and ComfyUI see under the same path. Videos of the node packs can then be watched while they grow.',
  ),
  comfyuiWaitMs: setting(
    'COMFYUI_WAIT',
    withDefault(milliseconds, 300_000),
    'How long a job of the hub waits for an unreachable ComfyUI, for example during its restart; 0ms: it fails at once.',
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
    'Python that runs the supervised ComfyUI. Default: that of its venv, else python3.',
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
    'Gateway of Beam, or of your own beta9.',
  ),
  beamQueue: setting(
    'BEAM_QUEUE',
    optional(cloudQueue),
    'Deployed task queue on Beam that renders: NAME, NAME/v3 or id/STUB. Needs BEAM_TOKEN.',
  ),
  beamVolume: setting(
    'BEAM_VOLUME',
    optional(cloudName),
    'Volume on Beam for inputs that are too large for a request.',
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
    'Folder of the network volume; videos are stored there for RunPod clients that ask for network_volume.',
  ),
  runpodRefreshWorker: setting(
    'RUNPOD_REFRESH_WORKER',
    withDefault(oneOf(['true', 'false']), 'false'),
    'In a serverless worker of RunPod: true has RunPod replace the worker after every job.',
  ),
  speechUrl: setting(
    'SPEECH_URL',
    optional(webUrl),
    'Server that speaks texts by POST /v1/audio/speech of OpenAI, e.g. http://localhost:8880/v1. Default: a program of this machine.',
  ),
  speechKey: secret('SPEECH_KEY', optional(text), 'Key of the speech server.'),
  speechModel: setting('SPEECH_MODEL', withDefault(text, 'tts-1'), 'Model of the speech server.'),
  speechVoice: setting(
    'SPEECH_VOICE',
    optional(text),
    'Voice of texts that name none. Default: alloy at a server, else that of the program.',
  ),
  speechVoice2: setting(
    'SPEECH_VOICE_2',
    optional(text),
    'Voice of the second speaker of scripts that name none. Default: SPEECH_VOICE.',
  ),
  speechProgram: setting(
    'SPEECH_PROGRAM',
    optional(text),
    'Program that speaks texts, by name or path: piper, espeak-ng or say. Default: the first that is found.',
  ),
  speechVoicesDir: setting(
    'SPEECH_VOICES_DIR',
    optional(text),
    'Folder of the voices of piper: NAME.onnx with NAME.onnx.json. piper is used only with it.',
  ),
  huggingFaceToken: secret('HF_TOKEN', optional(text), 'Token for gated models on Hugging Face.'),
  huggingFaceEndpoint: setting(
    'HF_ENDPOINT',
    optional(text),
    'Mirror of Hugging Face that models are downloaded from.',
  ),
} satisfies SettingGroup

/** The effective configuration. A setting without value and default is undefined. */
export type Config = ValuesOf<typeof SETTINGS>
