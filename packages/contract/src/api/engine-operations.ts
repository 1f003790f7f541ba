// The operations that help a person make a request: list engines, find faces.
import { type EngineList, engineListSchema } from '../engine-resource.ts'
import { type FaceList, faceListSchema, listFacesRequestSchema } from '../face-resource.ts'
import { noQuerySchema } from '../http-queries.ts'
import { speechRequestSchema } from '../speech-request.ts'
import { bytesContent, jsonContent, operation } from './operation.ts'

const ENGINE_LIST_EXAMPLE: EngineList = {
  object: 'list',
  data: [
    {
      object: 'engine',
      name: 'preview',
      default: true,
      only_previews: true,
      ready: true,
      detail: null,
      input_types: ['image'],
      max_speakers: 1,
      options: ['width', 'height', 'resolution', 'aspect_ratio', 'fit', 'seed', 'max_frames'],
      without_effect: ['prompt', 'negative_prompt', 'preset', 'force_offload'],
      max_seconds: null,
      windowing: null,
      presets: null,
      measured: [{ width: 640, height: 640, seconds_per_unit: 0.004, renders: 12 }],
    },
  ],
}

const FACE_LIST_EXAMPLE: FaceList = {
  object: 'list',
  width: 1024,
  height: 1024,
  data: [
    {
      object: 'face',
      index: 0,
      box: [312, 240, 400, 448],
      certainty: 0.98,
      yaw: 2.1,
      roll: -0.4,
      refusal: null,
    },
  ],
}

export const ENGINE_OPERATIONS = {
  speakText: operation({
    method: 'POST',
    path: '/v1/speech',
    tag: 'files',
    summary: 'Hear a text',
    description:
      'The sound that a job with this `audio.text` has, as a WAV file. The hub keeps it for 10 minutes for a job of the same key with ' +
      'the same words. Needs a speech server or program.',
    query: noQuerySchema,
    body: {
      required: true,
      content: jsonContent(speechRequestSchema, { text: 'Good morning.', language: 'en-US' }),
    },
    responses: { 200: { description: 'The sound.', content: bytesContent('audio/wav') } },
  }),
  listEngines: operation({
    method: 'GET',
    path: '/v1/engines',
    tag: 'hub',
    summary: 'List the engines and their abilities',
    description:
      'What each engine accepts, whether it is ready and why not, and its measured speed.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The engines, best first.',
        content: jsonContent(engineListSchema, ENGINE_LIST_EXAMPLE),
      },
    },
  }),
  listFaces: operation({
    method: 'POST',
    path: '/v1/faces',
    tag: 'files',
    summary: 'Find the faces of an image',
    description: 'Boxes, angles, and whether the preview engine can animate each face.',
    query: noQuerySchema,
    body: {
      required: true,
      content: jsonContent(listFacesRequestSchema, {
        image: { file_id: 'file_01932b1c-7f00-7a10-8b6e-52d9c4f1a0e3' },
      }),
    },
    responses: {
      200: {
        description: 'The faces, largest first. No face is not an error.',
        content: jsonContent(faceListSchema, FACE_LIST_EXAMPLE),
      },
    },
  }),
}
