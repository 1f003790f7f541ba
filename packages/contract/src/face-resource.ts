// The faces of an image: for choosing one, and for learning before a job whether the image works.
import { z } from 'zod'
import { DEFAULT_REQUEST_BOUNDS } from './request-bounds.ts'
import { sourceFormSchemas } from './source.ts'

/** Reasons why a face cannot be animated. They are error codes as well. */
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
      .describe('The image: an uploaded file or its bytes.'),
  })
  .meta({ id: 'ListFacesRequest' })

export const faceListSchema = z
  .strictObject({
    object: z.literal('list'),
    width: z.int().min(1).describe('Width of the upright image, in pixels.'),
    height: z.int().min(1),
    data: z
      .array(
        z
          .strictObject({
            object: z.literal('face'),
            index: z
              .int()
              .min(0)
              .describe('Number for the member "face" of a request; 0 is the largest face.'),
            box: z
              .tuple([z.number(), z.number(), z.number(), z.number()])
              .describe(
                'Box of the face: [x, y, width, height] in pixels. It may reach beyond the image.',
              ),
            certainty: z.number().min(0).max(1).describe('Probability that this is a face.'),
            yaw: z.number().describe('Turn to the side in degrees; 0 faces the camera.'),
            roll: z.number().describe('Tilt in degrees; 180 is upside down.'),
            refusal: z
              .enum(FACE_REFUSALS)
              .nullable()
              .describe('Reason why the preview engine cannot animate it; null when it can.'),
          })
          .meta({ id: 'Face' }),
      )
      .describe('The faces, largest first.'),
  })
  .meta({ id: 'FaceList' })

export type ListFacesRequest = z.input<typeof listFacesRequestSchema>
export type FaceList = z.output<typeof faceListSchema>
