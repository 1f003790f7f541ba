// Says when a take is deleted, and keeps it beyond that.
interface KeepToggleProps {
  /** null: the take is kept. */
  readonly expiresAt: string | null
  readonly disabled: boolean
  readonly onChange: (kept: boolean) => void
}

export function KeepToggle({ expiresAt, disabled, onChange }: KeepToggleProps) {
  return (
    <label class="choose">
      <input
        type="checkbox"
        checked={expiresAt === null}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {expiresAt === null
        ? 'Kept until you delete it'
        : `Keep it (otherwise deleted on ${new Date(expiresAt).toLocaleString()})`}
    </label>
  )
}
