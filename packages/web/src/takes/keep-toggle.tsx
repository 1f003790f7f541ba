// Says when a take is deleted, and keeps it beyond that.
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
        ? 'Kept until you delete it'
        : `Keep it (otherwise deleted on ${new Date(expiresAt).toLocaleString()})`}
    </label>
  )
}
