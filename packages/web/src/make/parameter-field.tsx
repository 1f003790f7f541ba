// One parameter of a request: its name, its words, and the field that fits its type.
import { useState } from 'preact/hooks'
import type { Parameter } from './request-schema.ts'

interface ParameterFieldProps {
  readonly parameter: Parameter
  readonly value: unknown
  /** undefined: the hub's to choose. */
  readonly onChange: (value: unknown) => void
}

export function ParameterField({ parameter, value, onChange }: ParameterFieldProps) {
  const { name, description } = parameter
  const id = `parameter-${name}`
  return (
    <div class="field">
      <label class="label" for={id}>
        {name.replaceAll('_', ' ')}
      </label>
      <Field id={id} parameter={parameter} value={value} onChange={onChange} />
      <p class="small muted" id={`${id}-words`}>
        {description}
      </p>
    </div>
  )
}

function Field({ id, parameter, value, onChange }: ParameterFieldProps & { readonly id: string }) {
  const common = { id, 'aria-describedby': `${id}-words` }
  const empty = parameter.fallback === null ? 'Default' : `Default: ${parameter.fallback}`
  switch (parameter.kind) {
    case 'choice':
    case 'switch': {
      const choices = parameter.kind === 'switch' ? ['true', 'false'] : parameter.choices
      const read = (text: string): unknown => (parameter.kind === 'switch' ? text === 'true' : text)
      return (
        <select
          {...common}
          value={value === undefined ? '' : String(value)}
          onChange={({ currentTarget: { value: text } }) =>
            onChange(text === '' ? undefined : read(text))
          }
        >
          <option value="">{empty}</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {parameter.kind === 'switch' ? YES_NO[choice] : choice}
            </option>
          ))}
        </select>
      )
    }
    case 'number':
      return (
        <input
          {...common}
          type="number"
          min={parameter.min ?? undefined}
          max={parameter.max ?? undefined}
          step={parameter.whole ? 1 : 'any'}
          placeholder={empty}
          value={typeof value === 'number' ? value : ''}
          onInput={({ currentTarget: { valueAsNumber } }) =>
            onChange(Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
          }
        />
      )
    case 'text':
      return (
        <input
          {...common}
          type="text"
          placeholder={empty}
          value={typeof value === 'string' ? value : ''}
          onInput={({ currentTarget: { value: text } }) => onChange(text === '' ? undefined : text)}
        />
      )
    case 'json':
      return <JsonField {...common} value={value} onChange={onChange} />
  }
}

const YES_NO: Readonly<Record<string, string>> = { true: 'Yes', false: 'No' }

interface JsonFieldProps {
  readonly id: string
  readonly 'aria-describedby': string
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

/** What has no field of its own is written as the API takes it. */
function JsonField({ value, onChange, ...common }: JsonFieldProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value))
  const [wrong, setWrong] = useState(false)
  const read = (written: string): void => {
    setText(written)
    try {
      onChange(written.trim() === '' ? undefined : JSON.parse(written))
      setWrong(false)
    } catch {
      setWrong(true)
    }
  }
  return (
    <textarea
      {...common}
      rows={2}
      class="mono"
      placeholder='JSON, e.g. [{"name": "style.safetensors", "strength": 0.8}]'
      value={text}
      aria-invalid={wrong}
      onInput={({ currentTarget: { value: written } }) => read(written)}
    />
  )
}
