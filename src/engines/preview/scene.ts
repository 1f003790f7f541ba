// From a staged picture to everything the frame workers need: the chosen faces, the picture at the size of the video, the
// texture it is drawn from and the rigs. Done once per video; runs in a worker of its own, see scene-worker.ts.

import type { Box, FitMode, Size } from '@infinitetalk/arithmetic'
import { type Framing, frame } from '@infinitetalk/arithmetic'
import sharp from 'sharp'
import type { FaceChoice, StagedImage } from '../../domain/plan.ts'
import { createFaceAnalyser, type FaceAnalysis } from '../../vision/analyse-faces.ts'
import { warnOfOpenMouth } from '../../vision/mouth-opening.ts'
import { ANALYSIS_MAX_SIDE, readRgbImage } from '../../vision/read-rgb-image.ts'
import type { RgbImage } from '../../vision/rgb-image.ts'
import { chooseSpeakers, type SpeakerPlace } from './choose-speakers.ts'
import { closeMouthIn } from './picture/close-mouth.ts'
import { rgbToYuv } from './picture/yuv-planes.ts'
import { createFrameMemory } from './raster/frame-memory.ts'
import type { FrameSource } from './raster/frame-renderer.ts'
import { stillFrom } from './raster/still-picture.ts'
import { buildTexture } from './raster/texture.ts'
import { buildRig } from './rig/build-rig.ts'
import { readFaceColors } from './rig/face-colors.ts'
import type { FaceRig } from './rig/face-rig.ts'
import { type FittedLips, fitLips } from './rig/fit-lips.ts'
import { MeshPoints } from './rig/mesh-points.ts'
import { mouthFrame } from './rig/mouth-frame.ts'
import { partPicture } from './rig/part-picture.ts'
import { outlineCenter } from './rig/surroundings.ts'

export interface SceneRequest {
  readonly image: StagedImage
  readonly size: Size
  readonly fit: FitMode
  readonly face: FaceChoice
  /** The speakers, one or two. */
  readonly speakers: readonly SpeakerPlace[]
}

export interface Scene {
  readonly source: FrameSource
  /** Sentences a person should read. */
  readonly warnings: readonly string[]
}

/** A texture has more detail than the frame where the picture has; beyond this no frame shows it. */
const TEXTURE_SCALES = [2, 1.5, 1] as const
/** Below this height of the face, in pixels of the frame, the motion of the mouth is hard to see. */
const SMALL_FACE_HEIGHT = 80

const BLURRED_LIPS =
  'The mouth in the picture is open and the edges of its lips could not be found: it may not shut well. A picture with a shut mouth helps.'

/** @throws AppError `no_face_found`, `face_not_frontal`, `face_too_small`, `face_not_listed`, `invalid_request` */
export async function prepareScene(request: SceneRequest, signal: AbortSignal): Promise<Scene> {
  const { image, size, fit } = request
  const analysed = await readRgbImage(image.path, ANALYSIS_MAX_SIDE, signal)
  const faces = await createFaceAnalyser().analyse(analysed.image, signal)
  const chosen = chooseSpeakers(faces, request.speakers, request.face, analysed.image)
  const box = scaled(around(chosen), analysed.scale)
  const framing = frame({ source: image, target: size, fit, face: box, zoom: request.face.crop })
  const scale = textureScale(framing)
  const picture = await readTexture(image.path, framing, size, scale)
  signal.throwIfAborted()
  const meshes = chosen.map((face) => {
    const placed = placeFace(face, analysed.scale, framing)
    return fitLips(picture, scale, placed, mouthFrame(placed))
  })
  const parts = partPicture(
    meshes.map(({ points }) => outlineCenter(points)),
    framing.placed,
  )
  const rigs = meshes.map(({ points }, i) =>
    buildRig(points, readFaceColors(picture, scale, points), parts[i]!),
  )
  const memory = createFrameMemory()
  const original = buildTexture(memory, rgbToYuv(picture), scale)
  const texture = closeMouths(picture, scale, meshes, rigs)
    ? buildTexture(memory, rgbToYuv(picture), scale)
    : original
  const still = stillFrom(memory, texture, size)
  const source = { memory, rigs, texture, original, still }
  const blurred = rigs.some((rig, i) => rig.showsTeeth && !meshes[i]!.found)
  return {
    source,
    warnings: [...warningsFor(rigs, faces, chosen), ...(blurred ? [BLURRED_LIPS] : [])],
  }
}

/** @returns whether a mouth was open */
function closeMouths(
  picture: RgbImage,
  scale: number,
  meshes: readonly FittedLips[],
  rigs: readonly FaceRig[],
): boolean {
  const open = rigs.filter((rig) => rig.showsTeeth)
  for (const rig of open) closeMouthIn(picture, scale, meshes[rigs.indexOf(rig)]!.points, rig.mouth)
  return open.length > 0
}

/** The box around all chosen faces. */
function around(faces: readonly FaceAnalysis[]): Box {
  const x = Math.min(...faces.map(({ box }) => box.x))
  const y = Math.min(...faces.map(({ box }) => box.y))
  const right = Math.max(...faces.map(({ box }) => box.x + box.width))
  const bottom = Math.max(...faces.map(({ box }) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

/** Never above the picture's own resolution: that would cost memory and show nothing. */
function textureScale({ crop, placed }: Framing): number {
  const available = Math.min(crop.width / placed.width, crop.height / placed.height)
  const evenAt = (scale: number): boolean => (placed.width * scale) % 2 === 0
  return TEXTURE_SCALES.find((scale) => scale <= available && evenAt(scale)) ?? 1
}

async function readTexture(
  path: string,
  { crop, placed }: Framing,
  size: Size,
  scale: number,
): Promise<RgbImage> {
  const inTexture = scaled(placed, scale)
  const right = size.width * scale - inTexture.x - inTexture.width
  const bottom = size.height * scale - inTexture.y - inTexture.height
  const { data, info } = await sharp(path)
    .extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height })
    .resize(inTexture.width, inTexture.height, { fit: 'fill', kernel: 'lanczos3' })
    .extend({ left: inTexture.x, top: inTexture.y, right, bottom, background: '#000' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length)
  return { data: pixels, width: info.width, height: info.height }
}

/** The face's landmarks in pixels of the frame. */
function placeFace(face: FaceAnalysis, scale: number, { crop, placed }: Framing): MeshPoints {
  const scaleX = placed.width / crop.width
  const scaleY = placed.height / crop.height
  const points = new Float32Array(face.points.length)
  for (let i = 0; i < points.length; i += 3) {
    points[i] = (face.points[i]! * scale - crop.x) * scaleX + placed.x
    points[i + 1] = (face.points[i + 1]! * scale - crop.y) * scaleY + placed.y
    points[i + 2] = face.points[i + 2]! * scale * scaleX
  }
  return new MeshPoints(points)
}

function warningsFor(
  rigs: readonly FaceRig[],
  faces: readonly FaceAnalysis[],
  chosen: readonly FaceAnalysis[],
): string[] {
  const warnings: string[] = []
  const faceHeight = Math.min(...rigs.map((rig) => rig.mouth.faceHeight))
  if (faceHeight < SMALL_FACE_HEIGHT) {
    warnings.push(
      `The face is only ${Math.round(faceHeight)} pixels high in the video: its mouth will hardly be seen. Crop to the face or choose a larger size.`,
    )
  }
  for (const { points } of chosen) {
    const openMouth = warnOfOpenMouth(points)
    if (openMouth !== null) warnings.push(openMouth)
  }
  if (faces.length > chosen.length) {
    const indices = chosen.map(({ index }) => index)
    const animated =
      indices.length === 1 ? `face ${indices[0]} is` : `faces ${indices.join(' and ')} are`
    warnings.push(`The picture has ${faces.length} faces; ${animated} animated.`)
  }
  return warnings
}

function scaled({ x, y, width, height }: Box, scale: number): Box {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale }
}
