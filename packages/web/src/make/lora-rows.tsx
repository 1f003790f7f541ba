// The LoRAs of a request, one per row: the file and its strength. Only rows with a name are sent.

import type { GenerationRequest } from '@infinitetalk/contract'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { say } from '../language/say.ts'
import { CrossIcon } from '../ui/icons.tsx'
import { NumberInput } from '../ui/number-input.tsx'

interface LoraRowsProps {
  readonly id: string
  readonly 'aria-describedby': string
  readonly value: unknown
  readonly most: number
  /** undefined: none. */
  readonly onChange: (value: unknown) => void
}

type Lora = NonNullable<GenerationRequest['loras']>[number]

export function LoraRows({ id, value, most, onChange, ...common }: LoraRowsProps) {
  const [rows, setRows] = useState<readonly Lora[]>(() => (Array.isArray(value) ? value : []))
  const group = useRef<HTMLFieldSetElement>(null)
  const count = useRef(rows.length)
  useLayoutEffect(() => {
    // A new row gets the focus at once; a removed one must not take the focus with it.
    const to = rows.length > count.current ? '.lora:last-of-type input' : '.add-lora'
    if (rows.length !== count.current) group.current?.querySelector<HTMLElement>(to)?.focus()
    count.current = rows.length
  }, [rows.length])
  const change = (next: readonly Lora[]): void => {
    setRows(next)
    const named = next
      .map((row) => ({ ...row, name: row.name.trim() }))
      .filter(({ name }) => name !== '')
    onChange(named.length === 0 ? undefined : named)
  }
  const edit = (place: number, members: Partial<Lora>): void =>
    change(rows.map((row, at) => (at === place ? { ...row, ...members } : row)))
  return (
    <fieldset class="loras" ref={group} {...common}>
      <legend class="label">LoRAs</legend>
      {rows.map(({ name, strength }, place) => (
        // The only identity of a row is its place.
        <div class="lora" key={`${place} of ${rows.length}`}>
          <input
            type="text"
            aria-label={say('File of LoRA {number}', { number: place + 1 })}
            placeholder="style.safetensors"
            spellcheck={false}
            value={name}
            onInput={({ currentTarget }) => edit(place, { name: currentTarget.value })}
          />
          <NumberInput
            aria-label={say('Strength of LoRA {number}', { number: place + 1 })}
            min={-10}
            max={10}
            step="any"
            placeholder="1"
            value={strength ?? null}
            onNumber={(number) => edit(place, { strength: number })}
          />
          <button
            type="button"
            class="icon-button quiet"
            title={say('Remove')}
            aria-label={say('Remove LoRA {number}', { number: place + 1 })}
            onClick={() => change(rows.filter((_, at) => at !== place))}
          >
            <CrossIcon />
          </button>
        </div>
      ))}
      {rows.length < most && (
        <button
          type="button"
          class="quiet add-lora"
          id={id}
          onClick={() => change([...rows, { name: '', strength: null }])}
        >
          {say('Add a LoRA')}
        </button>
      )}
    </fieldset>
  )
}
