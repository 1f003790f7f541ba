// A choice between a few options that are all visible.

interface SegmentsProps<Value> {
  readonly legend: string
  readonly name: string
  readonly choices: readonly (readonly [value: Value, words: string])[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  /** A dot before a choice, and the words that it stands for. */
  readonly badgeOf?: (value: Value) => { readonly tone: string; readonly words: string }
}

export function Segments<Value extends string | number | null>({
  legend,
  name,
  choices,
  value,
  onChange,
  badgeOf,
}: SegmentsProps<Value>) {
  return (
    <fieldset class="field">
      <legend class="label">{legend}</legend>
      <div class="segments">
        {choices.map(([choice, words]) => (
          <label key={choice} class="segment">
            <input
              type="radio"
              name={name}
              checked={choice === value}
              onChange={() => onChange(choice)}
            />
            <span>
              {badgeOf !== undefined && <i class={`dot ${badgeOf(choice).tone}`} />}
              {words}
              {badgeOf !== undefined && (
                <span class="visually-hidden">, {badgeOf(choice).words}</span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
