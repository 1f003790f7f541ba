// Says when a take is deleted, and keeps it beyond that.
import { currentLocale, say } from '../language/say.ts'

interface KeepToggleProps {
  readonly kept: boolean
  /** null: it is not deleted by itself. */
  readonly expiresAt: string | null
  readonly disabled: boolean
  readonly onChange: (kept: boolean) => void
}

export function KeepToggle({ kept, expiresAt, disabled, onChange }: KeepToggleProps) {
  return (
    <label class="choose">
      <input
        type="checkbox"
        checked={kept}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {kept || expiresAt === null
        ? say('Kept until you delete it')
        : say('Keep it (otherwise deleted on {time})', {
            time: new Date(expiresAt).toLocaleString(currentLocale()),
          })}
    </label>
  )
}
