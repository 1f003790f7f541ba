// A place to drop or choose a file. The whole zone is the label of a real file input, so keyboards and screen readers find the
// control they know.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

interface DropZoneProps {
  /** For the file dialog, e.g. `image/*`. */
  readonly accept: string
  readonly label: string
  readonly onFile: (file: File) => void
  /** Gets several files at once; null: only the first one counts. */
  readonly onFiles?: ((files: readonly File[]) => void) | null
  readonly class?: string
  readonly children: ComponentChildren
}

export function DropZone(props: DropZoneProps) {
  const { accept, label, onFile, onFiles = null, class: extra = '', children } = props
  const [over, setOver] = useState(false)
  const take = (files: FileList | null | undefined): void => {
    const [file, ...others] = files ?? []
    if (file === undefined) return
    if (others.length > 0 && onFiles !== null) onFiles([file, ...others])
    else onFile(file)
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
        multiple={onFiles !== null}
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
