// The faces of a picture: what a person chooses from, and what says beforehand that a picture will be refused.
import { z } from 'zod'
import { DEFAULT_REQUEST_BOUNDS } from './request-bounds.ts'
import { sourceFormSchemas } from './source.ts'

/** Why a face cannot be animated: these are error codes, too. */
export const FACE_REFUSALS = [
  'no_face_found',
  'face_cut_off',
  'face_not_frontal',
  'face_too_small',
] as const

const { file_id, base64 } = sourceFormSchemas(DEFAULT_REQUEST_BOUNDS)

export const listFacesRequestSchema = z
  .strictObject({
    image: z
      .union([z.strictObject({ file_id }), z.strictObject({ base64 })])
      .describe('The picture: a file of this hub, or its bytes.'),
  })
  .meta({ id: 'ListFacesRequest' })

export const faceListSchema = z
  .strictObject({
    object: z.literal('list'),
    width: z.int().min(1).describe('Of the picture, upright, in pixels.'),
    height: z.int().min(1),
    data: z
      .array(
        z
          .strictObject({
            object: z.literal('face'),
            index: z.int().min(0).describe('What a request names as "face"; 0 is the largest.'),
            box: z
              .tuple([z.number(), z.number(), z.number(), z.number()])
              .describe('[x, y, width, height] in pixels; may reach beyond the picture.'),
            certainty: z.number().min(0).max(1).describe('That this is a face.'),
            yaw: z.number().describe('Degrees; 0 looks at the camera.'),
            roll: z.number().describe('Degrees it is tilted; 180 is upside down.'),
            refusal: z
              .enum(FACE_REFUSALS)
              .nullable()
              .describe('Why the preview engine cannot animate it; null when it can.'),
          })
          .meta({ id: 'Face' }),
      )
      .describe('Largest first.'),
  })
  .meta({ id: 'FaceList' })

export type ListFacesRequest = z.input<typeof listFacesRequestSchema>
export type FaceList = z.output<typeof faceListSchema>
