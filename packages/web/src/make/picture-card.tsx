// The picture that is to talk.

import type { Failure } from '../hub/failure.ts'
import { PictureIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { DropZone } from './drop-zone.tsx'
import { kindOf, mediumOf } from './medium.ts'
import type { Draft } from './use-draft.ts'

interface PictureCardProps {
  readonly draft: Draft
  /** What the hub says is wrong with the picture. */
  readonly failure: Failure | null
}

export function PictureCard({ draft, failure }: PictureCardProps) {
  const { visual, visualUpload, setVisual } = draft
  const url = useObjectUrl(visual?.blob ?? null)
  const choose = (file: File): void => setVisual(mediumOf(file))
  const shown = visualUpload.status === 'failed' ? visualUpload.failure : failure
  return (
    <section class="card picture-card" aria-labelledby="picture-title">
      <div class="card-head">
        <h2 id="picture-title">Picture</h2>
        {visual !== null && (
          <>
            <span class="file-name">{visual.name}</span>
            <DropZone
              accept="image/*,.heic,.heif"
              label="Choose another picture"
              onFile={choose}
              class="as-button"
            >
              Replace
            </DropZone>
          </>
        )}
      </div>
      {visual === null ? (
        <DropZone
          accept="image/*,.heic,.heif"
          label="Choose a picture"
          onFile={choose}
          class="empty-zone tall"
        >
          <PictureIcon />
          <strong>Drop a portrait here</strong>
          <span class="muted">
            or choose one, or paste it. A face that looks at you works best.
          </span>
        </DropZone>
      ) : (
        <div class="picture-stage">
          {url !== null && kindOf(visual) === 'image' && (
            <img src={url} alt={`The chosen picture: ${visual.name}`} />
          )}
          {visualUpload.status === 'sending' && <span class="sending">Sending …</span>}
        </div>
      )}
      {shown !== null && <Notice failure={shown} />}
    </section>
  )
}
