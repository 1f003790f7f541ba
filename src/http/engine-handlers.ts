// The operations that help a person make a request: list engines, find faces.
import {
  type EngineList,
  type FaceList,
  listFacesRequestSchema,
  PRESETS,
  parseQuery,
  speechRequestSchema,
} from '@infinitetalk/contract'
import type { EngineView, PictureFaces } from '../app/hub.ts'
import { samplingPreset } from '../domain/presets.ts'
import { acceptRequest } from './accept-request.ts'
import { readJson } from './exchange.ts'
import type { Handlers } from './handlers.ts'

export const ENGINE_HANDLERS: Handlers<'listEngines' | 'listFaces' | 'speakText'> = {
  async listEngines({ hub, reply }) {
    const engines = await hub.status.engines()
    const list: EngineList = { object: 'list', data: engines.map(presentEngine) }
    return reply.header('cache-control', 'no-cache').send(list)
  },

  async speakText(exchange) {
    const { hub, caller, gone, reply } = exchange
    const body = await readJson(exchange, hub.status.limits().bodyMaxBytes)
    const request = acceptRequest(parseQuery(speechRequestSchema, body ?? {}))
    const sound = await hub.files.speak(request, { caller, signal: gone })
    return reply.header('cache-control', 'no-store').type('audio/wav').send(sound)
  },

  async listFaces(exchange) {
    const { hub, gone, reply } = exchange
    const body = await readJson(exchange, hub.status.limits().jobBodyMaxBytes)
    const { image } = acceptRequest(parseQuery(listFacesRequestSchema, body ?? {}))
    const found = await hub.files.faces(
      'file_id' in image
        ? { kind: 'file', fileId: image.file_id }
        : { kind: 'base64', base64: image.base64 },
      gone,
    )
    return reply.send(presentFaces(found))
  },
}

/** By the names of the request. */
const PRESET_VALUES = Object.fromEntries(
  PRESETS.map((preset) => {
    const values = samplingPreset(preset, 'image', null)
    return [
      preset,
      {
        steps: values.steps,
        cfg: values.cfg,
        shift: values.shift,
        scheduler: values.scheduler,
        audio_scale: values.audioScale,
        audio_cfg_scale: values.audioCfgScale,
        block_swap: values.blockSwap,
      },
    ]
  }),
)

function presentEngine(engine: EngineView): EngineList['data'][number] {
  const { name, preferred, onlyPreviews, detail, capabilities, windowing, measured } = engine
  return {
    object: 'engine',
    name,
    default: preferred,
    only_previews: onlyPreviews,
    ready: detail === null,
    detail,
    input_types: [...capabilities.inputTypes],
    max_speakers: capabilities.maxSpeakers,
    options: [...capabilities.options],
    without_effect: [...capabilities.withoutEffect],
    max_seconds: capabilities.maxSeconds,
    windowing:
      windowing === null
        ? null
        : { window_frames: windowing.windowFrames, motion_frames: windowing.motionFrames },
    presets: windowing === null ? null : PRESET_VALUES,
    measured: measured.map(({ size, secondsPerUnit, renders }) => ({
      ...size,
      seconds_per_unit: secondsPerUnit,
      renders,
    })),
  }
}

function presentFaces({ size, faces }: PictureFaces): FaceList {
  return {
    object: 'list',
    ...size,
    data: faces.map(({ index, box, detection, yaw, roll, refusal }) => ({
      object: 'face',
      index,
      box: [box.x, box.y, box.width, box.height],
      certainty: detection,
      yaw,
      roll,
      refusal,
    })),
  }
}
