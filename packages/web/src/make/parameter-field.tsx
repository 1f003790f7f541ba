// One parameter of a request: its name, its description, and the field that fits its type.
import { say } from '../language/say.ts'
import { NumberInput } from '../ui/number-input.tsx'
import { LoraRows } from './lora-rows.tsx'
import { unitOf } from './parameter-groups.ts'
import type { Parameter } from './request-schema.ts'

interface ParameterFieldProps {
  readonly parameter: Parameter
  readonly value: unknown
  /** undefined: the hub chooses. */
  readonly onChange: (value: unknown) => void
}

export function ParameterField({ parameter, value, onChange }: ParameterFieldProps) {
  const { name, description } = parameter
  const unit = unitOf(name)
  const isChanged = value !== undefined
  const id = `parameter-${name}`
  return (
    <div
      class={`field ${parameter.kind === 'loras' ? 'is-wide' : ''} ${isChanged ? 'is-changed' : ''}`}
    >
      {parameter.kind !== 'loras' && (
        <div class="parameter-head">
          <label class="label" lang="en" for={id} id={`${id}-name`}>
            {toLabel(name)}
          </label>
          {isChanged && (
            <button
              type="button"
              class="link"
              aria-describedby={`${id}-name`}
              onClick={() => onChange(undefined)}
            >
              {say('Reset')}
            </button>
          )}
        </div>
      )}
      <Field id={id} parameter={parameter} value={value} onChange={onChange} />
      <p class="small muted" id={`${id}-words`}>
        {unit !== null && `${say('In {unit}.', { unit: say(unit) })} `}
        <span lang="en">{description}</span>
      </p>
    </div>
  )
}

function Field({ id, parameter, value, onChange }: ParameterFieldProps & { readonly id: string }) {
  const common = { id, 'aria-describedby': `${id}-words` }
  const { fallback } = parameter
  const empty =
    fallback === null
      ? say('Decided by the hub')
      : say('Default: {value}', { value: wordsOf(fallback) })
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
              {parameter.kind === 'switch' ? wordsOf(choice) : choice}
            </option>
          ))}
        </select>
      )
    }
    case 'number':
      return (
        <NumberInput
          {...common}
          min={parameter.min ?? undefined}
          max={parameter.max ?? undefined}
          step={parameter.whole ? 1 : 'any'}
          placeholder={empty}
          value={typeof value === 'number' ? value : null}
          onNumber={(number) => onChange(number ?? undefined)}
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
    case 'loras':
      return <LoraRows {...common} value={value} most={parameter.most} onChange={onChange} />
  }
}

function wordsOf(value: string): string {
  return value === 'true' ? say('Yes') : value === 'false' ? say('No') : value
}

/** A readable label: "start_within_s" becomes "start within (seconds)". */
function toLabel(name: string): string {
  if (name === 'cfg') return 'CFG'
  return name.replace(/_s$/, ' (seconds)').replaceAll('_', ' ')
}
