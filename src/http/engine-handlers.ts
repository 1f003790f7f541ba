// The operations that help a person make a request: list engines, find faces.
import {
  type EngineList,
  type FaceList,
  listFacesRequestSchema,
  parseQuery,
} from '@infinitetalk/contract'
import type { EngineView, PictureFaces } from '../app/hub.ts'
import { acceptRequest } from './accept-request.ts'
import { readJson } from './exchange.ts'
import type { Handlers } from './handlers.ts'

export const ENGINE_HANDLERS: Handlers<'listEngines' | 'listFaces'> = {
  async listEngines({ hub, reply }) {
    const engines = await hub.status.engines()
    const list: EngineList = { object: 'list', data: engines.map(presentEngine) }
    return reply.header('cache-control', 'no-cache').send(list)
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

function presentEngine(engine: EngineView): EngineList['data'][number] {
  const { name, preferred, detail, capabilities, windowing, measured } = engine
  return {
    object: 'engine',
    name,
    default: preferred,
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
