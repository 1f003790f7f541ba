// A place to drop or choose a file. The whole zone is the label of a real file input, so keyboards and screen readers find the
// control they know.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

interface DropZoneProps {
  /** For the file dialog, e.g. `image/*`. */
  readonly accept: string
  readonly label: string
  readonly onFile: (file: File) => void
  readonly class?: string
  readonly children: ComponentChildren
}

export function DropZone({ accept, label, onFile, class: extra = '', children }: DropZoneProps) {
  const [over, setOver] = useState(false)
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0]
    if (file !== undefined) onFile(file)
  }
  return (
    <label
      class={`drop-zone ${extra} ${over ? 'is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files)
      }}
    >
      <input
        type="file"
        class="visually-hidden"
        accept={accept}
        aria-label={label}
        onChange={(event) => {
          take(event.currentTarget.files)
          // Without this the same file could not be chosen again.
          event.currentTarget.value = ''
        }}
      />
      {children}
    </label>
  )
}
