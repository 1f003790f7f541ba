// The card for the picture, or for the video if the engine accepts one.

import type { Size } from '@infinitetalk/arithmetic'
import type { EngineResource } from '@infinitetalk/contract'
import type { Failure } from '../hub/failure.ts'
import { say } from '../language/say.ts'
import { PictureStage } from '../picture/picture-stage.tsx'
import type { RelativeBox } from '../picture/placing.ts'
import { PictureIcon } from '../ui/icons.tsx'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { DropZone } from './drop-zone.tsx'
import { ExampleButton } from './example-button.tsx'
import { FileNotice } from './file-notice.tsx'
import { kindOf, mediumOf, sayWhere } from './medium.ts'
import type { Obstacle } from './obstacle.ts'
import { ObstacleNotice } from './obstacle-notice.tsx'
import { boxesOf } from './request-of.ts'
import { Sending } from './sending.tsx'
import type { Draft } from './use-draft.ts'

interface PictureCardProps {
  readonly draft: Draft
  readonly engine: EngineResource | null
  /** The face that is missing, too small or turned away. */
  readonly obstacle: Obstacle | null
  /** Size of the finished video. */
  readonly size: Size | null
  /** The hub's reason for rejecting the picture. */
  readonly failure: Failure | null
}

const HALVES: readonly RelativeBox[] = [
  [0.04, 0.08, 0.42, 0.84],
  [0.54, 0.08, 0.42, 0.84],
]

export function PictureCard({ draft, engine, obstacle, size, failure }: PictureCardProps) {
  const { visual, visualUpload, choosePicture, found } = draft
  const takesVideo = engine?.input_types.includes('video') === true
  const accept = takesVideo ? 'image/*,video/*,.heic,.heif' : 'image/*,.heic,.heif'
  const choose = (file: File): void => choosePicture(mediumOf(file))
  return (
    <section class="card picture-card" aria-labelledby="picture-title">
      <div class="card-head">
        <h2 id="picture-title">{say('Picture')}</h2>
        {visual !== null && (
          <>
            <span class="file-name">{visual.name}</span>
            <DropZone
              accept={accept}
              label={
                takesVideo ? say('Choose another picture or video') : say('Choose another picture')
              }
              onFile={choose}
              class="as-button"
            >
              {say('Replace')}
            </DropZone>
          </>
        )}
      </div>
      {visual === null ? (
        <DropZone
          accept={accept}
          label={takesVideo ? say('Choose a picture or video') : say('Choose a picture')}
          onFile={choose}
          class="empty-zone tall"
        >
          <PictureIcon />
          <strong>
            {takesVideo ? say('Drop a portrait or a video here') : say('Drop a portrait here')}
          </strong>
          <span class="muted">
            {say('or choose one, or paste it. A face that looks at you works best.')}
          </span>
        </DropZone>
      ) : (
        visualUpload.status !== 'failed' &&
        found.failure === null && <Chosen draft={draft} size={size} />
      )}
      {visual === null && <ExampleButton draft={draft} />}
      <PictureNotice draft={draft} obstacle={obstacle} failure={failure} />
      {found.looking && <p class="muted small">{say('Looking for faces …')}</p>}
      <Sending upload={visualUpload} onCancel={draft.dropPicture} />
    </section>
  )
}

function Chosen({ draft, size }: Pick<PictureCardProps, 'draft' | 'size'>) {
  const { visual, options, change, found } = draft
  const localUrl = useObjectUrl(visual?.blob ?? null)
  if (visual === null) return null
  const url = visual.blob === null ? visual.still : localUrl
  if (url === null) return <p class="empty">{sayWhere(visual)}</p>
  if (kindOf(visual) === 'video') {
    // biome-ignore lint/a11y/useMediaCaption: a file that was just chosen has no captions.
    return <video class="player" controls playsInline src={url} />
  }
  const placed = boxesOf(options, found.data)
  const boxes = options.speakers === 1 ? [] : placed.length === 2 ? placed : HALVES
  return (
    <PictureStage
      url={url}
      name={visual.name}
      faces={found.data}
      size={size}
      fit={options.fit}
      chosenFace={options.face}
      cropToFace={options.cropToFace}
      onFace={(face) => change({ face })}
      placing={options.placing}
      onPlace={(placing) => change({ placing })}
      boxes={boxes}
      onBox={(index, box) => change({ boxes: boxes.map((old, at) => (at === index ? box : old)) })}
    />
  )
}

function PictureNotice({
  draft,
  obstacle,
  failure,
}: Pick<PictureCardProps, 'draft' | 'obstacle' | 'failure'>) {
  const { visualUpload, sendVisualAgain, found } = draft
  const unsent = visualUpload.status === 'failed' ? visualUpload.failure : null
  const shown = unsent ?? failure ?? found.failure
  if (shown !== null) {
    return <FileNotice failure={shown} unsent={unsent !== null} onAgain={sendVisualAgain} />
  }
  return obstacle === null ? null : <ObstacleNotice obstacle={obstacle} draft={draft} />
}
