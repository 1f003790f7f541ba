// A number field that does not rewrite the text while someone types: written back on every key, "0." would become "0" and "0.8"
// could not be typed.
import { useLayoutEffect, useRef } from 'preact/hooks'

interface NumberInputProps {
  readonly id?: string
  readonly 'aria-label'?: string
  readonly 'aria-describedby'?: string
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly step: number | 'any'
  readonly placeholder: string
  /** null: empty. */
  readonly value: number | null
  /** null: empty, or not yet a number. */
  readonly onNumber: (value: number | null) => void
}

export function NumberInput({ value, onNumber, ...attributes }: NumberInputProps) {
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    const input = field.current
    if (input !== null && read(input) !== value) input.value = value === null ? '' : String(value)
  }, [value])
  return (
    <input
      {...attributes}
      ref={field}
      type="number"
      onInput={({ currentTarget }) => onNumber(read(currentTarget))}
    />
  )
}

function read({ valueAsNumber }: HTMLInputElement): number | null {
  return Number.isNaN(valueAsNumber) ? null : valueAsNumber
}
