// The chosen picture with the hub's findings drawn on it: the frame of the video, the faces, and the boxes of two speakers.

import { type Box, frame, type Size } from '@infinitetalk/arithmetic'
import type { FaceList } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import { say, type Words } from '../language/say.ts'
import { cropOf, type Placing, type RelativeBox } from './placing.ts'
import { SpeakerBox } from './speaker-box.tsx'
import { useFrameDrag, VideoFrame, ZoomBar } from './video-frame.tsx'

interface PictureStageProps {
  readonly url: string
  readonly name: string
  /** null until the hub has looked. */
  readonly faces: FaceList | null
  /** Size of the video; null until it is known. */
  readonly size: Size | null
  readonly fit: 'crop' | 'pad' | 'face'
  readonly chosenFace: number
  readonly cropToFace: boolean
  readonly onFace: (index: number) => void
  /** null: the hub's choice, by `fit` and the face. */
  readonly placing: Placing | null
  readonly onPlace: (placing: Placing | null) => void
  /** Empty for one speaker. */
  readonly boxes: readonly RelativeBox[]
  readonly onBox: (index: number, box: RelativeBox) => void
}

export function PictureStage(props: PictureStageProps) {
  const { url, name, faces, size, fit, boxes, onBox, placing, onPlace } = props
  const [unseen, setUnseen] = useState<string | null>(null)
  const bars =
    fit === 'pad' && placing === null && size !== null && faces !== null
      ? barsOf(faces, size)
      : null
  const crop = faces !== null && size !== null ? shownPart(props, faces, size) : null
  const framing =
    faces !== null && size !== null && crop !== null && bars === null
      ? { picture: faces, target: size, crop, onPlace }
      : null
  const drag = useFrameDrag(framing)
  // HEIC, for example: the hub can read it, most browsers cannot.
  if (unseen === url)
    return (
      <p class="empty">
        {say('This browser cannot show {name}. The hub may be able to read it.', { name })}
      </p>
    )
  return (
    <>
      <div class="picture-stage">
        <div class={`picture-frame ${bars === null ? '' : 'has-bars'}`} style={bars?.frame}>
          <div
            class="picture-content"
            style={{ ...bars?.content, touchAction: touchActionOf(crop, faces) }}
            {...drag}
          >
            <img
              src={url}
              alt={say('Chosen: {name}', { name })}
              draggable={false}
              onError={() => setUnseen(url)}
            />
            {framing !== null && <VideoFrame {...framing} />}
            {faces !== null && <Seen {...props} faces={faces} crop={crop} />}
            {boxes.map((box, index) => (
              <SpeakerBox
                key={index}
                name={index === 0 ? say('Left speaker') : say('Right speaker')}
                box={box}
                onChange={(changed) => onBox(index, changed)}
              />
            ))}
          </div>
        </div>
      </div>
      {framing !== null && (
        <ZoomBar {...framing} isPlaced={placing !== null} onReset={() => onPlace(null)} />
      )}
    </>
  )
}

/** The frame of the video with the whole picture in its middle. */
function barsOf(picture: Size, video: Size) {
  const [aspect, inner] = [video.width / video.height, picture.width / picture.height]
  return {
    frame: { '--aspect': String(aspect) },
    content: { width: `${Math.min(1, inner / aspect) * 100}%` },
  }
}

/** The part of the picture that the video will show. */
function shownPart(
  { placing, fit, chosenFace, cropToFace, boxes }: PictureStageProps,
  { data, width, height }: FaceList,
  target: Size,
): Box {
  const source = { width, height }
  if (placing !== null) return cropOf(placing, source, target)
  // The frame of two speakers follows neither of them.
  const face = boxes.length > 0 ? undefined : data.find(({ index }) => index === chosenFace)
  const box = face === undefined ? null : boxOf(face.box)
  return frame({ source, target, fit, face: box, zoom: cropToFace }).crop
}

/** A finger scrolls the page where it cannot move the frame. Two fingers always zoom the frame, never the page. */
function touchActionOf(crop: Box | null, picture: Size | null): string {
  if (crop === null || picture === null) return 'auto'
  if (crop.height < picture.height - 1) return 'none'
  return crop.width < picture.width - 1 ? 'pan-y' : 'pan-x pan-y'
}

function Seen({
  faces,
  crop,
  chosenFace,
  onFace,
  boxes,
}: PictureStageProps & { readonly faces: FaceList; readonly crop: Box | null }) {
  const { width, height, data } = faces
  return (
    <>
      {crop !== null && (crop.width < width || crop.height < height) && (
        <svg class="crop" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
          <path
            fill-rule="evenodd"
            d={`M0 0H${width}V${height}H0ZM${crop.x} ${crop.y}h${crop.width}v${crop.height}h${-crop.width}Z`}
          />
          <rect {...crop} vector-effect="non-scaling-stroke" />
        </svg>
      )}
      {boxes.length === 0 &&
        data.map(({ index, box, refusal }) => (
          <button
            key={index}
            type="button"
            class={`face ${index === chosenFace ? 'is-chosen' : ''} ${refusal === null ? '' : 'is-refused'}`}
            style={placeOf(boxOf(box), { width, height })}
            aria-pressed={index === chosenFace}
            aria-label={`${say('Face {number} of {count}', { number: index + 1, count: data.length })}${refusal === null ? '' : `: ${say(REFUSALS[refusal])}`}`}
            title={refusal === null ? undefined : say(REFUSALS[refusal])}
            onClick={() => onFace(index)}
          />
        ))}
    </>
  )
}

const REFUSALS = {
  no_face_found: 'may not be a face',
  face_cut_off: 'cut off by the edge of the picture',
  face_not_frontal: 'turned too far from the camera',
  face_too_small: 'too small',
} as const satisfies Record<string, Words>

function boxOf([x, y, width, height]: readonly [number, number, number, number]): Box {
  return { x, y, width, height }
}

function placeOf(box: Box, { width, height }: Size) {
  return {
    left: `${(box.x / width) * 100}%`,
    top: `${(box.y / height) * 100}%`,
    width: `${(box.width / width) * 100}%`,
    height: `${(box.height / height) * 100}%`,
  }
}
